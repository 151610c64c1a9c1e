// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Networks of TensorFlow.js, whose layers are Keras's: for each a folder with
// model.json and its weights, and case.json with an input and what it answers.
//
//     node keras_tfjs.js FOLDER

const fs = require('fs');
const path = require('path');
const tf = require('@tensorflow/tfjs');

tf.env().set('PROD', true);
const L = tf.layers;

function sequential(shape, ...layers) {
  const model = tf.sequential();
  model.add(L.inputLayer({ inputShape: shape }));
  layers.forEach(layer => model.add(layer));
  return model;
}

function residual() {
  const x = tf.input({ shape: [12, 10, 3] });
  const shared = L.conv2d({ filters: 4, kernelSize: 3, padding: 'same' });
  const first = L.conv2d({ filters: 4, kernelSize: 1 }).apply(x);
  const a = L.batchNormalization().apply(shared.apply(first));
  const b = shared.apply(L.activation({ activation: 'relu' }).apply(a));
  const sum = L.add().apply([b, first]);
  const joined = L.concatenate().apply([sum, a]);
  const inner = tf.sequential({
    layers: [
      L.conv2d({ filters: 5, kernelSize: 3, activation: 'tanh', inputShape: [12, 10, 8] }),
      L.globalAveragePooling2d({})]
  });
  const product = L.multiply().apply([inner.apply(joined), L.dense({ units: 5 }).apply(
    L.flatten().apply(L.maxPooling2d({ poolSize: 4 }).apply(joined)))]);
  return tf.model({ inputs: x, outputs: product });
}

const models = {
  lenet: sequential([28, 28, 1],
    L.conv2d({ filters: 6, kernelSize: 5, padding: 'same', activation: 'sigmoid' }),
    L.averagePooling2d({ poolSize: 2 }),
    L.conv2d({ filters: 16, kernelSize: 5, activation: 'relu' }),
    L.maxPooling2d({ poolSize: 2, strides: 2 }), L.flatten(),
    L.dense({ units: 20, activation: 'tanh' }), L.dropout({ rate: 0.5 }),
    L.dense({ units: 10, activation: 'softmax' })),
  windows: sequential([13, 16, 4],
    L.conv2d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same' }),
    L.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same',
                        depthwiseInitializer: 'heNormal' }),
    L.separableConv2d({ filters: 5, kernelSize: [3, 2], padding: 'same' }),
    L.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
    L.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }),
    L.conv2dTranspose({ filters: 4, kernelSize: 4, strides: 3, padding: 'valid' }),
    L.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 3, padding: 'same' }),
    L.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
    L.zeroPadding2d({ padding: [[1, 2], [0, 3]] }),
    L.cropping2D({ cropping: [[2, 1], [1, 0]] }),
    L.upSampling2d({ size: [2, 3] }),
    L.conv2d({ filters: 3, kernelSize: 3, dilationRate: 2, useBias: false,
               kernelInitializer: 'randomNormal' }),
    L.leakyReLU({ alpha: 0.1 }), L.globalMaxPooling2d({})),
  residual: residual(),
  sequence: sequential([20, 7],
    L.conv1d({ filters: 8, kernelSize: 3, dilationRate: 2, activation: 'relu' }),
    L.layerNormalization({}), L.dense({ units: 6, activation: 'selu' }),
    L.timeDistributed({ layer: L.dense({ units: 5, activation: 'softsign' }) }),
    L.conv1d({ filters: 8, kernelSize: 4, strides: 3, padding: 'same' }),
    L.elu({}), L.maxPooling1d({ poolSize: 2 }),
    L.permute({ dims: [2, 1] }), L.activation({ activation: 'softmax' }),
    L.reshape({ targetShape: [4, 6] }), L.flatten(), L.dense({ units: 3, activation: 'elu' })),
};

models.recurrent = sequential([9, 4],
  L.lstm({ units: 5, returnSequences: true, recurrentActivation: 'sigmoid' }),
  L.simpleRNN({ units: 6, returnSequences: true }),
  L.bidirectional({ layer: L.lstm({ units: 4, recurrentActivation: 'sigmoid' }),
                    mergeMode: 'concat' }), L.dense({ units: 2 }));

// TensorFlow.js's own defaults: hard_sigmoid, and the reset gate before the product.
models.defaults = sequential([8, 3],
  L.gru({ units: 6, returnSequences: true }), L.lstm({ units: 5, returnSequences: true }),
  L.bidirectional({ layer: L.gru({ units: 4, useBias: false }), mergeMode: 'concat' }),
  L.dense({ units: 2 }));

async function main(folder) {
  for (const [name, model] of Object.entries(models)) {
    const place = path.join(folder, name);
    fs.mkdirSync(place, { recursive: true });
    // Norms begin at weights that show nothing.
    model.setWeights(model.getWeights().map((w, i) => w.rank === 1
      ? tf.randomUniform(w.shape, 0.5, 1.5, 'float32', i) : w));
    await model.save(tf.io.withSaveHandler(async artifacts => {
      const weights = Buffer.from(new Uint8Array(artifacts.weightData));
      fs.writeFileSync(path.join(place, 'weights.bin'), weights);
      fs.writeFileSync(path.join(place, 'model.json'), JSON.stringify({
        modelTopology: artifacts.modelTopology,
        weightsManifest: [{ paths: ['weights.bin'], weights: artifacts.weightSpecs }] }));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }));
    const x = tf.randomNormal([2, ...model.inputs[0].shape.slice(1)], 0, 1, 'float32', 7);
    const y = model.predict(x);
    fs.writeFileSync(path.join(place, 'case.json'), JSON.stringify({
      x: { shape: x.shape, values: Array.from(x.dataSync()) },
      y: { shape: y.shape, values: Array.from(y.dataSync()) } }));
  }
}

main(process.argv[2]);
