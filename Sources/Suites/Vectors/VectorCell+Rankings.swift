import Diagnostics
import Finetuning
import Formats
import LabelledText
import Measures
import Probes
import Recipes
import TensorCore

extension VectorCell {
    /// A query, and documents with their scores.
    private typealias Result = (
        query: LabelledExample<RetrievalText>, found: [(document: String, score: Double)]
    )

    /// Documents that are read, kept and compared at once.
    private static let block = 2048
    /// Queries whose candidates are read at once.
    private static let queryBlock = 32

    /// Finds documents for queries, writes the run, and measures it.
    func retrieval(
        _ set: RetrievalSet, of file: LabelledData.File, writingTo path: String,
        _ vectors: TextVectors
    ) throws -> FinetuneScores.File {
        let settings = task.vectors
        let name = shown(file)
        let queries = try vectors.matrix(
            of: set.queries.map(\.content.whole), as: .query, "queries of \(name)"
        ) { Self.place(of: set.queries[$0], "query") }
        normalize(queries, vectors.parallel)
        let depth = max(settings.cutoffs.max() ?? 1, settings.runDocuments ?? 1)
        var search = VectorSearch(queries: queries, depth: depth, parallel: vectors.parallel)
        let own =
            settings.leavesOutQuery
            ? Dictionary(uniqueKeysWithValues: set.queries.enumerated().map { ($0, $1.id) }) : [:]
        var reader = try set.documentReader()
        while case let block = try reader.next(Self.block), !block.isEmpty {
            try checkSignal()
            let read = search.ids.count
            let documents = try vectors.matrix(
                of: block.map(\.content.whole), as: .document,
                "documents \(read + 1)–\(read + block.count) of \(name)"
            ) { Self.place(of: block[$0], "document") }
            normalize(documents, vectors.parallel)
            do {
                try search.add(documents, ids: block.map(\.id), leavingOut: own)
            } catch let error as VectorSearch.NotFinite {
                throw notFinite(set.queries[error.query], document: error.document)
            }
        }
        let results: [Result] = zip(set.queries, search.results()).map { query, found in
            (query, found.map { (document: search.ids[$0.document], score: Double($0.score)) })
        }
        var scores = try ranked(
            results, grades: { set.judgements.documents(of: $0) ?? [] }, writingTo: path, vectors)
        let ids = Set(search.ids.map { Array($0.utf8) })
        let judged = set.queries.flatMap { set.judgements.documents(of: $0.id) ?? [] }
        let missing = Set(judged.map { Array($0.document.utf8) }).count { !ids.contains($0) }
        scores.note(missing, "judged documents that the corpus has not")
        scores.note(set.unansweredQueries, "queries without a relevant document, left out")
        return scores
    }

    /// Puts the candidates of queries into an order, writes the run, and measures it.
    func reranking(
        _ set: RerankingSet, of file: LabelledData.File, writingTo path: String,
        _ vectors: TextVectors
    ) throws -> FinetuneScores.File {
        var results: [Result] = []
        let name = shown(file)
        for start in stride(from: 0, to: set.queries.count, by: Self.queryBlock) {
            try checkSignal()
            let range = start..<min(start + Self.queryBlock, set.queries.count)
            let queries = Array(set.queries[range])
            let asked = try vectors.matrix(
                of: queries.map(\.text.content.whole), as: .query, "queries of \(name)"
            ) { Self.place(of: queries[$0].text, "query") }
            let candidates = queries.flatMap(\.candidates)
            let documents = try vectors.matrix(
                of: candidates.map(\.content.whole), as: .document, "candidates of \(name)"
            ) { Self.place(of: candidates[$0], "document") }
            normalize(asked, vectors.parallel)
            normalize(documents, vectors.parallel)
            var next = 0
            for (row, query) in queries.enumerated() {
                let range = next..<next + query.candidates.count
                next = range.upperBound
                let products = Matrix<Float>(rows: 1, columns: range.count)
                multiply(
                    asked.copy(of: row..<row + 1), byTransposed: documents.copy(of: range),
                    to: products, parallel: vectors.parallel)
                let found = try query.candidates.enumerated().map { column, document in
                    let score = Double(products[0, column])
                    guard score.isFinite else {
                        throw notFinite(query.text, document: document.id)
                    }
                    return (document: document.id, score: score)
                }
                results.append((query.text, found))
            }
        }
        let grades = Dictionary(set.queries.map { ($0.text.id, $0.grades) }) { first, _ in first }
        var scores = try ranked(
            results, grades: { grades[$0] ?? [] }, writingTo: path, vectors)
        scores.note(set.leftOut, "queries without a relevant document or candidates, left out")
        return scores
    }

    /// Measures rankings, and writes them.
    private func ranked(
        _ results: [Result], grades: (String) -> [(document: String, grade: Int)],
        writingTo path: String, _ vectors: TextVectors
    ) throws -> FinetuneScores.File {
        var writer = try task.vectors.runDocuments.map {
            try TRECRunWriter(path: path + ".trec", depth: $0)
        }
        let queries = try results.map { query, found in
            let scores = Dictionary(found.map { ($0.document, $0.score) }) { first, _ in first }
            let list = RankedList(scores: found)
            try writer?.add(
                query.id, list.documents.map { ($0, scores[$0] ?? 0) })
            return Ranking.Query(
                judgements: Measures.Judgements(grades(query.id).map { ($0.document, $0.grade) }),
                found: list)
        }
        try writer?.finish()
        var scores = FinetuneScores.File(
            Ranking(queries, cutoffs: task.vectors.cutoffs), examples: queries.count,
            threads: vectors.parallel.threads)
        scores.note(
            writer?.leftOut ?? 0,
            "queries that the written run has not, since TREC's form has no ids with spaces")
        return scores
    }

    private func normalize(_ matrix: Matrix<Float>, _ parallel: Parallel) {
        if task.vectors.similarity == .cosine { normalizeRows(of: matrix, parallel: parallel) }
    }

    /// Where a text is, and what it is called.
    private static func place(
        of text: LabelledExample<RetrievalText>, _ kind: String
    ) -> String {
        "\(text.location): \(kind) “\(text.id.prefix(60))”"
    }

    private func notFinite(
        _ query: LabelledExample<RetrievalText>, document: String
    ) -> InputError {
        InputError(
            at: Self.place(of: query, "query"),
            expected: "a finite score of document “\(document.prefix(60))”",
            found: "NaN or infinity",
            remedy: "The model's vectors are too long for inner products: write similarity: cosine."
        )
    }
}

extension FinetuneScores.File {
    /// Notes a number that is not 0.
    mutating func note(_ count: Int, _ name: String) {
        guard count > 0 else { return }
        notes = (notes ?? [:]).merging([name: count]) { $1 }
    }
}
