import LabelledText
import Probes
import TensorCore
import Tokenization

/// Texts as counts of a tokenizer's pieces. Of a pair, pieces of the first text, of the second, and
/// those that both have are columns of their own: the last say how much the texts share.
package struct PieceFeatures {
    private let tokenizer: Tokenizer
    private let columns: PieceColumns
    private let parallel: Parallel
    /// The features of the texts that it was made for.
    let rows: CountRows

    /// The features of `texts`; their pieces are the columns.
    init(learning texts: [ClassifiedText], tokenizer: Tokenizer, parallel: Parallel) {
        (self.tokenizer, self.parallel) = (tokenizer, parallel)
        let pieces = Self.pieces(of: texts, tokenizer, parallel)
        columns = PieceColumns(of: pieces)
        rows = CountRows(pieces, columns: columns)
    }

    /// The features of other texts.
    func rows(of texts: [ClassifiedText]) -> CountRows {
        CountRows(Self.pieces(of: texts, tokenizer, parallel), columns: columns)
    }

    private static func pieces(
        of texts: [ClassifiedText], _ tokenizer: Tokenizer, _ parallel: Parallel
    ) -> [[Int32]] {
        parallel.map(texts) { text in
            let first = tokenizer.encode(text.text)
            guard let second = text.pair.map(tokenizer.encode) else { return first }
            return pair(first, second, vocabulary: Int32(tokenizer.vocabularySize))
        }
    }

    /// The pieces of a pair: the first's, the second's behind them, then each that both have, as
    /// often as both have it.
    package static func pair(_ first: [Int32], _ second: [Int32], vocabulary: Int32) -> [Int32] {
        var counts: [Int32: Int] = [:]
        for id in first { counts[id, default: 0] += 1 }
        var shared: [Int32] = []
        for id in second where counts[id, default: 0] > 0 {
            counts[id, default: 0] -= 1
            shared.append(id)
        }
        return first + second.map { $0 + vocabulary } + shared.map { $0 + 2 * vocabulary }
    }
}

/// The most frequent tag of each word of a training set; of a word that it lacks, of the piece that
/// the word begins with; else of all words.
package struct FrequentTags {
    private var byWord: [[Int32]: String] = [:]
    private var byPiece: [Int32: String] = [:]
    private let usual: String

    /// Counts tags.
    package init(learning sentences: [TaggedWords], tokenizer: Tokenizer, parallel: Parallel) {
        var ofWords: [[Int32]: [String: Int]] = [:]
        var ofPieces: [Int32: [String: Int]] = [:]
        var all: [String: Int] = [:]
        let pieces = Self.pieces(of: sentences, tokenizer, parallel)
        for (sentence, words) in zip(sentences, pieces) {
            for (tag, word) in zip(sentence.tags ?? [], words) {
                all[tag, default: 0] += 1
                ofWords[word, default: [:]][tag, default: 0] += 1
                if let first = word.first { ofPieces[first, default: [:]][tag, default: 0] += 1 }
            }
        }
        usual = Self.mostFrequent(all) ?? "O"
        byWord = ofWords.compactMapValues(Self.mostFrequent)
        byPiece = ofPieces.compactMapValues(Self.mostFrequent)
    }

    /// The tags of sentences.
    package func tags(
        of sentences: [TaggedWords], tokenizer: Tokenizer, parallel: Parallel
    ) -> [[String]] {
        Self.pieces(of: sentences, tokenizer, parallel).map { words in
            words.map { word in
                byWord[word] ?? word.first.flatMap { byPiece[$0] } ?? usual
            }
        }
    }

    /// The most frequent of counted labels, of equal ones the first by its bytes.
    static func mostFrequent(_ counts: [String: Int]) -> String? {
        counts.max { a, b in
            a.value < b.value
                || a.value == b.value && b.key.utf8.lexicographicallyPrecedes(a.key.utf8)
        }?.key
    }

    /// The pieces of every word.
    private static func pieces(
        of sentences: [TaggedWords], _ tokenizer: Tokenizer, _ parallel: Parallel
    ) -> [[[Int32]]] {
        parallel.map(sentences) { sentence in
            let pieces = WordPieces(
                sentence.words, spaces: sentence.spaces, tokenizer: tokenizer)
            return pieces.places.map { Array(pieces.ids[$0]) }
        }
    }
}
