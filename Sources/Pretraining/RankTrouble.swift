import Diagnostics
import Foundation
import Ranks

/// An error of one rank as another one tells it.
struct RankTrouble: Codable {
    private var location, expected, found, remedy: String?
    private var text = ""

    init(_ error: any Error) {
        text = "\(error)"
        guard let error = error as? InputError else { return }
        (location, expected) = (error.location, error.expected)
        (found, remedy) = (error.found, error.remedy)
    }

    /// The error, with the rank it comes from.
    func error(of rank: Int, in ranks: RankGroup) -> any Error {
        let place = "[\(ranks.name(of: rank))]"
        guard let location, let expected, let found, let remedy else {
            return RankFailure("\(place) \(text)")
        }
        return InputError(
            at: "\(place) \(location)", expected: expected, found: found, remedy: remedy)
    }
}

/// What all ranks did together failed on one of them; rank 0 knows, and tells what comes next.
struct StepAside: Error {}

extension RankGroup {
    /// Does `work` on every rank. Where it fails on one, rank 0 throws that error, its own first,
    /// and the others `StepAside`.
    func together<Result>(
        during what: String, _ work: () throws -> Result
    ) throws -> Result {
        guard count > 1 else { return try work() }
        let result = Swift.Result { try work() }
        var trouble: RankTrouble?
        if case .failure(let error) = result { trouble = RankTrouble(error) }
        guard isFirst else {
            try answer(trouble.map { [$0] } ?? [])
            guard try hearNumbers() == [1], case .success(let value) = result else {
                throw StepAside()
            }
            return value
        }
        let troubles = try words([RankTrouble].self, during: what)
        let rank = troubles.firstIndex { !$0.isEmpty }
        try tell(numbers: [trouble == nil && rank == nil ? 1 : 0])
        let value = try result.get()
        if let rank, let trouble = troubles[rank].first {
            throw trouble.error(of: rank + 1, in: self)
        }
        return value
    }
}
