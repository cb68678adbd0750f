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
    enum { TILE = 4, BLOCK = 128 };
    for (int64_t first = 0; first < length; first += TILE) {
      float query[TILE][WIDTH], scores[TILE][BLOCK], sums[TILE][WIDTH] = {0}, largest[TILE], total[TILE] = {0};
      int64_t count = length - first < TILE ? length - first : TILE;
      int64_t last = causal ? first + count : length;
      for (int r = 0; r < TILE; r++) {
        largest[r] = -1e30f;
        // Past the last row the first one stands in, and is left out in the end.
        for (int c = 0; c < WIDTH; c++) query[r][c] = queries[(r < count ? first + r : first) * WIDTH + c] * 0.125f;
      }
      for (int64_t begin = 0; begin < last; begin += BLOCK) {
        int64_t width = last - begin < BLOCK ? last - begin : BLOCK;
        for (int64_t j = 0; j < width; j++) {
          const float *key = keys + (begin + j) * WIDTH;
          float part[TILE] = {0};
          for (int c = 0; c < WIDTH; c++)
            for (int r = 0; r < TILE; r++) part[r] += query[r][c] * key[c];
          for (int r = 0; r < TILE; r++) scores[r][j] = part[r];
        }
        for (int r = 0; r < TILE; r++) {
          int64_t end = causal && first + r + 1 - begin < width ? first + r + 1 - begin : width;
          float top = largest[r], part = 0;
          for (int64_t j = 0; j < end; j++) top = scores[r][j] > top ? scores[r][j] : top;
          float factor = expf(largest[r] - top);
          for (int64_t j = 0; j < end; j++) {
            scores[r][j] = expf(scores[r][j] - top);
            part += scores[r][j];
          }
          for (int64_t j = end < 0 ? 0 : end; j < width; j++) scores[r][j] = 0;
          largest[r] = top;
          total[r] = total[r] * factor + part;
          for (int c = 0; c < WIDTH; c++) sums[r][c] *= factor;
        }
        for (int64_t j = 0; j < width; j++)
          for (int r = 0; r < TILE; r++)
            for (int c = 0; c < WIDTH; c++) sums[r][c] += scores[r][j] * values[(begin + j) * WIDTH + c];
      }
      for (int64_t r = 0; r < count; r++)
        for (int c = 0; c < WIDTH; c++) rows[(first + r) * WIDTH + c] = sums[r][c] / total[r];
    }
  }
  free(weights);
}
