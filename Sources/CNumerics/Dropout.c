#include "CNumerics.h"
#include <string.h>

/// Eight positions' words, each in the lower half of a lane, where its product fits.
typedef unsigned long long Lanes __attribute__((vector_size(64)));
/// Sixteen words.
typedef unsigned Words __attribute__((vector_size(64)));

enum { roundCount = 10, groupCount = 4, rowCount = 32 };

/// Ten rounds of Philox4x32 for eight positions. The upper halves of the four words' lanes hold
/// remains of products.
static inline __attribute__((always_inline)) void philox(Lanes words[4], unsigned long long key) {
    const unsigned long long low = 0xffffffffull;
    unsigned first = (unsigned)key, second = (unsigned)(key >> 32);
    for (int round = 0; round < roundCount; round++) {
        Lanes a = (words[0] & low) * 0xd2511f53ull;
        Lanes b = (words[2] & low) * 0xcd9e8d57ull;
        words[0] = (b >> 32) ^ words[1] ^ (unsigned long long)first;
        words[1] = b;
        words[2] = (a >> 32) ^ words[3] ^ (unsigned long long)second;
        words[3] = a;
        first += 0x9e3779b9u;
        second += 0xbb67ae85u;
    }
}

void keptElements(unsigned bits[16], unsigned long long position, unsigned long long stream,
                  unsigned long long key, unsigned short threshold) {
    const unsigned least = (unsigned)threshold << 16;
    Words kept = {0};
    for (int group = 0; group < groupCount; group++) {
        // 16 positions: the even ones, and the odd ones, which end in the even ones' upper halves.
        Lanes even[4], odd[4];
        even[0] = (Lanes){0, 2, 4, 6, 8, 10, 12, 14} + (position + 16ull * (unsigned)group);
        odd[0] = even[0] + 1ull;
        even[1] = even[0] >> 32;
        odd[1] = odd[0] >> 32;
        even[2] = odd[2] = (Lanes){0} + stream;
        even[3] = odd[3] = (Lanes){0} + (stream >> 32);
        philox(even, key);
        philox(odd, key);
        for (int word = 0; word < 4; word++) {
            Words words = (Words)((even[word] & 0xffffffffull) | (odd[word] << 32));
            int bit = 4 * word + group;
            kept |= (Words)(words << 16 >= least) & (1u << bit);
            kept |= (Words)(words >= least) & (1u << (16 + bit));
        }
    }
    memcpy(bits, &kept, sizeof kept);
}

void dropoutFactors(const unsigned bits[16], float factor, float factors[512]) {
    Words kept, factorWords = {0};
    memcpy(&kept, bits, sizeof kept);
    unsigned word;
    memcpy(&word, &factor, sizeof word);
    factorWords += word;
    for (int row = 0; row < rowCount; row++) {
        Words mask = (Words)((kept & (1u << row)) != 0u) & factorWords;
        memcpy(factors + 16 * row, &mask, sizeof mask);
    }
}
