import Diagnostics
import Recipes
import Reporting
import Training

/// The ranks that a run is planned for, and what joins their machines.
public struct PlannedRanks: Sendable, Equatable {
    /// Ranks of the run.
    public let ranks: Int
    /// Machines like this one, which share the ranks; from 1 to `ranks`.
    public let machines: Int
    /// How fast machines exchange; nil if not known.
    public let speed: ExchangeSpeed?

    /// Ranks in blocks on machines, of which there must be from 1 to `ranks`.
    public init(_ ranks: Int, machines: Int = 1, speed: ExchangeSpeed? = nil) {
        precondition(
            machines > 0 && ranks >= machines, "PlannedRanks: \(ranks) on \(machines) machines")
        (self.ranks, self.machines, self.speed) = (ranks, machines, speed)
    }

    /// `64 ranks on 16 machines`.
    var text: String {
        "\(grouped(ranks)) \(agreeing(ranks, "rank")) on \(grouped(machines)) "
            + agreeing(machines, "machine")
    }

    /// Throws an `InputError` where `recipe` has fewer lanes than there are ranks.
    public func check(_ recipe: Recipe) throws { _ = try layout(of: recipe) }

    /// Where they compute the lanes of `recipe`.
    ///
    /// - Throws: `InputError` where there are fewer lanes than ranks.
    func layout(of recipe: Recipe) throws -> RankLayout {
        guard recipe.lanes >= ranks else {
            throw InputError(
                at: "lanes", expected: "at least as many lanes as ranks, \(ranks)",
                found: "\(recipe.lanes)",
                remedy: "Write lanes: \(ranks) into the recipe of a new run, or plan "
                    + "\(counted(recipe.lanes, "rank")); lanes are part of what decides the data "
                    + "order.")
        }
        return RankLayout(
            shares: LaneShares(lanes: recipe.lanes, ranks: ranks), machines: machines)
    }
}
