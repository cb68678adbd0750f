#include <cstdint>
#include <cstdio>
#include <cstdlib>

constexpr int WIDTH = 64;
constexpr int THREADS = 128;

static void demand(cudaError_t status) {
  if (status == cudaSuccess) return;
  fprintf(stderr, "CUDA: %s\n", cudaGetErrorString(status));
  exit(1);
}

/* A thread has a row: one query, all keys that it looks at, one after the other. The softmax is kept as it grows. */
__global__ void attend(const float *q, const float *k, const float *v, float *out, int64_t rows, int64_t length, bool causal) {
  int64_t row = int64_t(blockIdx.x) * THREADS + threadIdx.x;
  if (row >= rows) return;
  int64_t first = row - row % length;
  int64_t end = causal ? row + 1 : first + length;
  float query[WIDTH], sums[WIDTH];
  for (int c = 0; c < WIDTH; c++) {
    query[c] = q[row * WIDTH + c];
    sums[c] = 0;
  }
  float largest = -1e30f, total = 0;
  for (int64_t j = first; j < end; j++) {
    float score = 0;
    for (int c = 0; c < WIDTH; c++) score += query[c] * k[j * WIDTH + c];
    score /= 8;
    float top = fmaxf(largest, score);
    float factor = expf(largest - top), weight = expf(score - top);
    largest = top;
    total = total * factor + weight;
    for (int c = 0; c < WIDTH; c++) sums[c] = sums[c] * factor + weight * v[j * WIDTH + c];
  }
  for (int c = 0; c < WIDTH; c++) out[row * WIDTH + c] = sums[c] / total;
}

/* As in ../../seed/attention.c, with arrays in the memory of the machine. */
extern "C" void attention(const float *q, const float *k, const float *v, float *out, int64_t heads, int64_t length, int64_t causal) {
  int64_t rows = heads * length;
  size_t bytes = rows * WIDTH * sizeof(float);
  const float *given[3] = {q, k, v};
  float *there[4];
  for (int array = 0; array < 4; array++) demand(cudaMalloc(&there[array], bytes));
  for (int array = 0; array < 3; array++) demand(cudaMemcpy(there[array], given[array], bytes, cudaMemcpyHostToDevice));
  attend<<<(rows + THREADS - 1) / THREADS, THREADS>>>(there[0], there[1], there[2], there[3], rows, length, causal != 0);
  demand(cudaGetLastError());
  demand(cudaMemcpy(out, there[3], bytes, cudaMemcpyDeviceToHost));
  for (int array = 0; array < 4; array++) demand(cudaFree(there[array]));
}
