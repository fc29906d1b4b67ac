// What the C++ peers share: reading an instance file, and what a solve took.
#pragma once
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

// The integers of a file after its first word, which must be `format`.
class Numbers {
 public:
  Numbers(const char* path, const char* format) {
    FILE* file = fopen(path, "rb");
    if (!file) fail("cannot read the file");
    fseek(file, 0, SEEK_END);
    text.resize(ftell(file));
    rewind(file);
    if (fread(text.data(), 1, text.size(), file) != text.size()) fail("cannot read the file");
    fclose(file);
    at = strlen(format);
    if (text.compare(0, at, format) != 0) fail("not of this structure");
  }

  long next() {
    while (at < text.size() && text[at] <= ' ') ++at;
    if (at == text.size()) fail("the file ends early");
    long value = 0;
    while (at < text.size() && text[at] > ' ') value = 10 * value + (text[at++] - '0');
    return value;
  }

  [[noreturn]] static void fail(const char* what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
  }

 private:
  std::string text;
  size_t at = 0;
};

// Times `solve`, which returns the objective, and prints `objective bound wall cpu peak-MiB`.
template <typename Solve>
void report(Solve solve) {
  const auto wall = std::chrono::steady_clock::now();
  const auto cpu = clock();
  const long objective = solve();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
  const double busy = double(clock() - cpu) / CLOCKS_PER_SEC;
  double peak = 0;
  char line[256];
  FILE* status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status)) {
    long kib;
    if (sscanf(line, "VmHWM: %ld", &kib) == 1) peak = kib / 1024.0;
  }
  printf("%ld %ld %.6f %.6f %.1f\n", objective, objective, seconds, busy, peak);
}
