// Runs an ONNX model as often as it is told to, and says how long that took.
//
//   node onnx_session.js NODE_MODULES MODEL X_FILE Y_FILE X_SHAPE Y_SHAPE
//
// Shapes are as 1,3,224,224. Reads lines: `run N` makes N calls and answers with the nanoseconds they
// took, `write` writes y to Y_FILE, everything else is only answered. The native
// session is called directly, without the promise around it, on tensors that
// are made once.

const fs = require('fs');
const path = require('path');

const [modules, model, xFile, yFile, ...shapes] = process.argv.slice(2);
const [xShape, yShape] =
    shapes.map(shape => shape.split(',').map(Number));
const count = shape => shape.reduce((product, size) => product * size, 1);
const {binding, initOrt} =
    require(path.resolve(modules, 'onnxruntime-node', 'dist', 'binding.js'));
const {Tensor} = require(path.resolve(modules, 'onnxruntime-common'));

initOrt();
const session = new binding.InferenceSession();
session.loadModel(model, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
});

const bytes = fs.readFileSync(xFile);
const x = new Float32Array(count(xShape));
Buffer.from(x.buffer).set(bytes.subarray(0, 4 * x.length));
const y = new Float32Array(count(yShape));
const feeds = {x: new Tensor('float32', x, xShape)};
const fetches = {y: new Tensor('float32', y, yShape)};

function run(calls) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < calls; ++i)
    session.run(feeds, fetches, {});
  return Number(process.hrtime.bigint() - start);
}

// Blocking, so that nothing but the calls happens in this process.
const block = Buffer.alloc(256);
let pending = '';
for (;;) {
  const count = fs.readSync(0, block);
  if (count === 0)
    break;
  pending += block.toString('latin1', 0, count);
  const lines = pending.split('\n');
  pending = lines.pop();
  for (const line of lines) {
    const [command, calls] = line.split(' ');
    let answer = 0;
    if (command === 'run')
      answer = run(Number(calls));
    else if (command === 'write')
      fs.writeFileSync(yFile, Buffer.from(y.buffer));
    fs.writeSync(1, `${answer}\n`);
  }
}
