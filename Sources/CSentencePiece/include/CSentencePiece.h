/// A C face of SentencePiece's processor. No C++ exception leaves it.
///
/// Functions that can fail return NULL on success, otherwise a message that the caller
/// releases with `csp_release`.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A loaded model. Encoding and decoding may be called from several threads at once.
typedef struct csp_processor csp_processor;

/// A model from the bytes of a `.model` file.
char *csp_load(const void *bytes, size_t count, csp_processor **processor);
void csp_free(csp_processor *processor);

/// The token ids of UTF-8 text; `*ids` is released with `csp_release`.
char *csp_encode(
    const csp_processor *processor, const void *text, size_t text_count, int32_t **ids,
    size_t *id_count);

/// The pieces of UTF-8 text with their ids and byte ranges, as a serialized `SentencePieceText` of
/// SentencePiece's `sentencepiece.proto`; `*message` is released with `csp_release`.
char *csp_encode_message(
    const csp_processor *processor, const void *text, size_t text_count, char **message,
    size_t *message_count);

/// The UTF-8 text of token ids, each within the vocabulary; `*text` is released with
/// `csp_release`.
char *csp_decode(
    const csp_processor *processor, const int32_t *ids, size_t id_count, char **text,
    size_t *text_count);

/// Releases what one of the functions above handed out. NULL is allowed.
void csp_release(void *memory);

#ifdef __cplusplus
}
#endif
