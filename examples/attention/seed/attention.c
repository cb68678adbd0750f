#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { WIDTH = 64 };

/*
 * Attention of each of `heads` heads: out = softmax(q · kᵀ / √WIDTH) · v, row by row.
 *
 * q, k, v and out are [heads][length][WIDTH], without gaps. Where `causal` is not 0, row i looks at the rows 0 … i only.
 */
void attention(const float *q, const float *k, const float *v, float *out, int64_t heads, int64_t length, int64_t causal) {
  float *weights = malloc(length * sizeof *weights);
  for (int64_t head = 0; head < heads; head++) {
    const float *queries = q + head * length * WIDTH;
    const float *keys = k + head * length * WIDTH;
    const float *values = v + head * length * WIDTH;
    float *rows = out + head * length * WIDTH;
    for (int64_t i = 0; i < length; i++) {
      int64_t end = causal ? i + 1 : length;
      float largest = -INFINITY;
      for (int64_t j = 0; j < end; j++) {
        float sum = 0;
        for (int c = 0; c < WIDTH; c++) sum += queries[i * WIDTH + c] * keys[j * WIDTH + c];
        weights[j] = sum / sqrt(WIDTH);
        if (weights[j] > largest) largest = weights[j];
      }
      float total = 0;
      for (int64_t j = 0; j < end; j++) {
        weights[j] = exp(weights[j] - largest);
        total += weights[j];
      }
      for (int c = 0; c < WIDTH; c++) {
        float sum = 0;
        for (int64_t j = 0; j < end; j++) sum += weights[j] * values[j * WIDTH + c];
        rows[i * WIDTH + c] = sum / total;
      }
    }
  }
  free(weights);
}
