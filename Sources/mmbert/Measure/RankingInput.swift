import Diagnostics
import LabelledText
import Measures

/// Judged and ranked documents of queries beside each other.
struct RankingInput {
    var cutoffs: [Int]
    /// Whether a document that is called as its query is left out.
    var leavesOutQuery: Bool

    /// nDCG and the other measures, over the queries that have a relevant document and are in the
    /// run.
    func ranking(
        _ judged: LabelledText.Judgements, _ run: RetrievalRun, at path: String
    ) throws -> Measured<Ranking> {
        var queries: [Ranking.Query] = []
        var (unjudged, missing) = (0, 0)
        for name in judged.queries {
            let levels = judged.documents(of: name) ?? []
            let judgements = Measures.Judgements(levels.map { ($0.document, $0.grade) })
            guard judgements.hasRelevant else {
                unjudged += 1
                continue
            }
            guard let found = run.documents(of: name) else {
                missing += 1
                continue
            }
            queries.append(
                Ranking.Query(
                    judgements: judgements,
                    found: RankedList(
                        scores: found.map { ($0.document, $0.score) },
                        leavingOut: leavesOutQuery ? name : nil)))
        }
        guard !queries.isEmpty else {
            throw InputError(
                at: path, expected: "queries that have a relevant document in the references",
                found: "none", remedy: "Use the ids of queries that the judgements use.")
        }
        return Measured(
            Ranking(queries, cutoffs: cutoffs),
            notes: [
                MeasureNote(
                    "queries_without_relevant", unjudged,
                    "queries without a relevant document, which are left out"),
                MeasureNote(
                    "queries_without_run", missing,
                    "judged queries that are not in the run, which are left out"),
                MeasureNote(
                    "strangers", run.queries.count { judged.documents(of: $0) == nil },
                    "queries of the run that are not judged"),
            ])
    }
}
