// LeNet, as the book "Dive into Deep Learning" has it, for images of any size and
// any number of channels.
nn.sequential @lenet(%x: tensor<?x?x?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.conv2d %x, 6 kernel(5) padding(2) : tensor<?x?x?x?xf32> -> tensor<?x6x?x?xf32>
  %1 = nn.sigmoid %0 : tensor<?x6x?x?xf32>
  %2 = nn.avg_pool2d %1 kernel(2) : tensor<?x6x?x?xf32> -> tensor<?x6x?x?xf32>
  %3 = nn.conv2d %2, 16 kernel(5) : tensor<?x6x?x?xf32> -> tensor<?x16x?x?xf32>
  %4 = nn.sigmoid %3 : tensor<?x16x?x?xf32>
  %5 = nn.avg_pool2d %4 kernel(2) : tensor<?x16x?x?xf32> -> tensor<?x16x?x?xf32>
  %6 = nn.flatten %5 : tensor<?x16x?x?xf32> -> tensor<?x?xf32>
  %7 = nn.dense %6, 120 : tensor<?x?xf32> -> tensor<?x120xf32>
  %8 = nn.sigmoid %7 : tensor<?x120xf32>
  %9 = nn.dense %8, 10 : tensor<?x120xf32> -> tensor<?x10xf32>
  nn.return %9 : tensor<?x10xf32>
}
