#include "CSentencePiece.h"

#include <sentencepiece_processor.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <vector>

using sentencepiece::SentencePieceProcessor;
namespace util = sentencepiece::util;

struct csp_processor {
    SentencePieceProcessor value;
};

namespace {

// A copy that `csp_release` frees; one byte longer, so that it is never NULL and ends in zero.
char *copy(const void *bytes, size_t count) {
    char *memory = static_cast<char *>(std::malloc(count + 1));
    if (memory == nullptr) throw std::bad_alloc();
    if (count > 0) std::memcpy(memory, bytes, count);
    memory[count] = 0;
    return memory;
}

char *message(const char *text) {
    char *memory = static_cast<char *>(std::malloc(std::strlen(text) + 1));
    if (memory == nullptr) std::abort();
    return std::strcpy(memory, text);
}

char *message(const util::Status &status) {
    return status.ok() ? nullptr : message(status.error_message());
}

// Runs `body`, which returns a message or NULL, and turns what it throws into a message.
template <typename Body>
char *guarded(Body body) {
    try {
        return body();
    } catch (const std::exception &exception) {
        return message(exception.what());
    } catch (...) {
        return message("an unknown C++ exception");
    }
}

}  // namespace

char *csp_load(const void *bytes, size_t count, csp_processor **processor) {
    *processor = nullptr;
    return guarded([&]() -> char * {
        auto loaded = std::make_unique<csp_processor>();
        auto status = loaded->value.LoadFromSerializedProto(
            std::string_view(static_cast<const char *>(bytes), count));
        if (status.ok()) *processor = loaded.release();
        return message(status);
    });
}

void csp_free(csp_processor *processor) { delete processor; }

char *csp_encode(
    const csp_processor *processor, const void *text, size_t text_count, int32_t **ids,
    size_t *id_count) {
    *ids = nullptr;
    *id_count = 0;
    return guarded([&]() -> char * {
        std::vector<int> found;
        auto status = processor->value.Encode(
            std::string_view(static_cast<const char *>(text), text_count), &found);
        if (!status.ok()) return message(status);
        static_assert(sizeof(int) == sizeof(int32_t), "ids are 32 bits wide");
        *ids = reinterpret_cast<int32_t *>(copy(found.data(), found.size() * sizeof(int32_t)));
        *id_count = found.size();
        return nullptr;
    });
}

char *csp_encode_message(
    const csp_processor *processor, const void *text, size_t text_count, char **encoded,
    size_t *encoded_count) {
    *encoded = nullptr;
    *encoded_count = 0;
    return guarded([&]() -> char * {
        // The way to ranges that all versions have; a text that cannot be encoded gives no pieces.
        std::string found = processor->value.EncodeAsSerializedProto(
            std::string_view(static_cast<const char *>(text), text_count));
        *encoded = copy(found.data(), found.size());
        *encoded_count = found.size();
        return nullptr;
    });
}

char *csp_decode(
    const csp_processor *processor, const int32_t *ids, size_t id_count, char **text,
    size_t *text_count) {
    *text = nullptr;
    *text_count = 0;
    return guarded([&]() -> char * {
        std::string decoded;
        auto status = processor->value.Decode(std::vector<int>(ids, ids + id_count), &decoded);
        if (!status.ok()) return message(status);
        *text = copy(decoded.data(), decoded.size());
        *text_count = decoded.size();
        return nullptr;
    });
}

void csp_release(void *memory) { std::free(memory); }
