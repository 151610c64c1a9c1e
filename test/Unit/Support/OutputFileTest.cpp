//===- OutputFileTest.cpp - Output files, all or none ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/OutputFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;
using namespace nascent;

namespace {

std::string text(Error error) {
  return error ? toString(std::move(error)) : "no error";
}

/// A writer of a text.
auto writing(StringRef contents) {
  return [contents](raw_pwrite_stream &os) {
    os << contents;
    return Error::success();
  };
}

class OutputFileTest : public testing::Test {
protected:
  void SetUp() override {
    // A '%' in the directory must not be taken for a place to fill in.
    ASSERT_FALSE(sys::fs::createUniqueDirectory("output", root));
    directory = root;
    sys::path::append(directory, "100%");
    ASSERT_FALSE(sys::fs::create_directory(directory));
  }
  void TearDown() override { sys::fs::remove_directories(root); }

  std::string path(StringRef name) const {
    return (directory + "/" + name).str();
  }
  void store(StringRef name, StringRef contents) const {
    std::error_code error;
    raw_fd_ostream(path(name), error) << contents;
    ASSERT_FALSE(error);
  }
  std::string load(StringRef name) const {
    auto buffer = MemoryBuffer::getFile(path(name));
    return buffer ? (*buffer)->getBuffer().str() : "no file";
  }
  /// How many entries the directory has, temporary files included.
  unsigned entries() const {
    std::error_code error;
    unsigned count = 0;
    for (sys::fs::directory_iterator it(directory, error), end;
         it != end && !error; it.increment(error))
      ++count;
    return count;
  }

  SmallString<128> root, directory;
  OutputFiles outputs;
};

TEST_F(OutputFileTest, AppearsAtTheCommit) {
  store("a", "old");
  EXPECT_EQ(text(outputs.add(path("a"), writing("new"))), "no error");
  EXPECT_EQ(text(outputs.add(path("b"), writing("b"))), "no error");
  EXPECT_EQ(load("a"), "old");
  EXPECT_EQ(load("b"), "no file");
  EXPECT_EQ(text(outputs.commit()), "no error");
  EXPECT_EQ(load("a"), "new");
  EXPECT_EQ(load("b"), "b");
  EXPECT_EQ(entries(), 2u);
  // The object is as good as new.
  EXPECT_EQ(text(outputs.add(path("a"), writing("newer"))), "no error");
  EXPECT_EQ(text(outputs.commit()), "no error");
  EXPECT_EQ(load("a"), "newer");
}

TEST_F(OutputFileTest, IsDiscardedWithoutCommit) {
  store("a", "old");
  {
    OutputFiles discarded;
    EXPECT_EQ(text(discarded.add(path("a"), writing("new"))), "no error");
    EXPECT_EQ(entries(), 2u);
  }
  EXPECT_EQ(entries(), 1u);
  EXPECT_EQ(load("a"), "old");
}

TEST_F(OutputFileTest, SupportsPositionedWrites) {
  auto write = [](raw_pwrite_stream &os) {
    os << "0123";
    os.pwrite("ab", 2, 1);
    return Error::success();
  };
  EXPECT_EQ(text(outputs.add(path("a"), write)), "no error");
  EXPECT_EQ(text(outputs.commit()), "no error");
  EXPECT_EQ(load("a"), "0ab3");
}

TEST_F(OutputFileTest, ReturnsTheErrorOfTheWriter) {
  auto write = [](raw_pwrite_stream &os) {
    os << "half";
    return createStringError("out of ideas");
  };
  EXPECT_EQ(text(outputs.add(path("a"), write)), "out of ideas");
  EXPECT_EQ(text(outputs.add("-", write)), "out of ideas");
  EXPECT_EQ(entries(), 0u);
  EXPECT_EQ(text(outputs.commit()), "no error");
  EXPECT_EQ(entries(), 0u);
}

TEST_F(OutputFileTest, RespectsTheUmask) {
  mode_t old = umask(027);
  EXPECT_EQ(text(outputs.add(path("a"), writing("a"))), "no error");
  umask(old);
  EXPECT_EQ(text(outputs.commit()), "no error");
  struct stat status;
  ASSERT_EQ(stat(path("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777u, 0640u);
}

TEST_F(OutputFileTest, WritesThroughLinks) {
  store("a", "old");
  ASSERT_EQ(symlink("a", path("link").c_str()), 0);
  EXPECT_EQ(text(outputs.add(path("link"), writing("new"))), "no error");
  EXPECT_EQ(text(outputs.commit()), "no error");
  EXPECT_EQ(load("a"), "new");
  EXPECT_TRUE(sys::fs::is_symlink_file(path("link")));

  ASSERT_EQ(symlink("nothing", path("dangling").c_str()), 0);
  EXPECT_EQ(text(outputs.add(path("dangling"), writing(""))),
            "cannot write '" + path("dangling") +
                "': it is a symbolic link to a file that does not exist");
}

TEST_F(OutputFileTest, RefusesWhatCannotBeWritten) {
  EXPECT_EQ(text(outputs.add("", writing(""))),
            "cannot write '': the path is empty");
  EXPECT_EQ(text(outputs.add(directory, writing(""))),
            ("cannot write '" + directory + "': it is a directory").str());
  EXPECT_EQ(text(outputs.add(path("no/a"), writing(""))),
            "cannot write '" + path("no/a") + "': No such file or directory");
  store("file", "");
  EXPECT_EQ(text(outputs.add(path("file/a"), writing(""))),
            "cannot write '" + path("file/a") + "': Not a directory");
  std::string longName(300, 'n');
  EXPECT_EQ(text(outputs.add(path(longName), writing(""))),
            "cannot write '" + path(longName) + "': File name too long");
}

TEST_F(OutputFileTest, RefusesToReplaceAProtectedFile) {
  if (geteuid() == 0)
    GTEST_SKIP() << "nothing is protected from root";
  store("a", "old");
  ASSERT_EQ(chmod(path("a").c_str(), 0444), 0);
  EXPECT_EQ(text(outputs.add(path("a"), writing("new"))),
            "cannot write '" + path("a") + "': Permission denied");
}

TEST_F(OutputFileTest, RefusesTheSamePathTwice) {
  EXPECT_EQ(text(outputs.add(path("a"), writing("1"))), "no error");
  EXPECT_EQ(text(outputs.add(path("./a"), writing("2"))),
            "cannot write '" + path("./a") +
                "': it is the path of another output too");
  EXPECT_EQ(text(outputs.add("-", writing(""))), "no error");
  EXPECT_EQ(text(outputs.add("/dev/stdout", writing(""))),
            "cannot write '/dev/stdout': it is the path of another output too");
}

TEST_F(OutputFileTest, NoticesAFullDevice) {
  EXPECT_EQ(text(outputs.add(path("a"), writing("a"))), "no error");
  EXPECT_EQ(text(outputs.add("/dev/full", writing("lost"))), "no error");
  EXPECT_EQ(text(outputs.commit()),
            "cannot write '/dev/full': No space left on device");
  EXPECT_EQ(entries(), 0u);
}

TEST_F(OutputFileTest, NoticesAFullDisk) {
  // A limit on the size of files stands for a disk that is full.
  rlimit old;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  rlimit limited = old;
  limited.rlim_cur = 1000;
  auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limited), 0);
  std::string message =
      text(outputs.add(path("a"), writing(std::string(5000, 'a'))));
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(message, "cannot write '" + path("a") + "': File too large");
  EXPECT_EQ(entries(), 0u);
}

TEST_F(OutputFileTest, TakesBackWhatItRenamed) {
  store("a", "old");
  for (const char *name : {"a", "b", "c"})
    EXPECT_EQ(text(outputs.add(path(name), writing("new"))), "no error");
  ASSERT_FALSE(sys::fs::create_directory(path("b")));
  EXPECT_EQ(text(outputs.commit()),
            "cannot write '" + path("b") + "': Is a directory");
  EXPECT_EQ(load("a"), "no file");
  EXPECT_EQ(load("c"), "no file");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(OutputFileTest, WritesToAPipe) {
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  int reader = ::open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  EXPECT_EQ(text(outputs.add(path("pipe"), writing("through"))), "no error");
  EXPECT_EQ(text(outputs.commit()), "no error");
  char buffer[16];
  ssize_t length = read(reader, buffer, sizeof(buffer));
  ::close(reader);
  EXPECT_EQ(StringRef(buffer, std::max<ssize_t>(length, 0)), "through");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(OutputFileTest, AppendsToADescriptor) {
  // As with `>>` in a shell: what the file has stays.
  store("log", "before ");
  int descriptor = ::open(path("log").c_str(), O_WRONLY | O_APPEND);
  ASSERT_GE(descriptor, 0);
  std::string name = "/dev/fd/" + std::to_string(descriptor);
  EXPECT_EQ(text(outputs.add(name, writing("after"))), "no error");
  EXPECT_EQ(text(outputs.commit()), "no error");
  EXPECT_EQ(load("log"), "before after");
  // It is not ours to close.
  EXPECT_EQ(::close(descriptor), 0);
}

TEST_F(OutputFileTest, PrintsToTheStandardOutput) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(text(outputs.add("-", writing("printed"))), "no error");
  Error error = outputs.commit();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "printed");
  EXPECT_EQ(text(std::move(error)), "no error");
}

} // namespace
