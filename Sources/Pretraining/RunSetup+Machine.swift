import Diagnostics
import Formats
import Foundation
import Host
import Ranks
import Recipes
import Reporting
import Runs
import TensorCore
import Training

extension RunSetup {
    /// Checks that the disk has room for two checkpoints (weights and two moments of every
    /// parameter, in fp32), which is what a run needs at the least.
    ///
    /// - Returns: what the run may come to need, and what there is, in words.
    func checkDiskSpace(at path: String) throws -> String {
        let checkpointBytes = configuration.parameterCount * 12
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue else {
            return "disk: not known how much is free at \(path)"
        }
        guard free >= 2 * checkpointBytes else {
            throw InputError(
                at: path, expected: "\(decimalBytes(2 * checkpointBytes)) free for two checkpoints",
                found: "\(decimalBytes(free))",
                remedy: "Make room on this disk, or name a folder on another one with --run.")
        }
        let most = mostCheckpoints
        let needed = most * checkpointBytes + configuration.parameterCount * 4
        return """
            disk: \(decimalBytes(free)) free; \(counted(most, "checkpoint")) and the model take \
            \(decimalBytes(needed))\(needed > free ? ", which is more: lower checkpoint.keep" : "")
            """
    }

    /// What bf16 would gain where the recipe trains in fp32 on a processor with products of bf16,
    /// in a sentence: the products of a feed-forward layer in both, measured for a moment.
    func bf16Gain(on processor: Processor, parallel: Parallel) -> String? {
        guard recipe.precision == .fp32, processor.supports(.bf16) else { return nil }
        let rows = min(2048, stages.map(\.phase.batch.microbatchTokens).max() ?? 2048)
        let shape = (rows, 2 * configuration.intermediateSize, configuration.hiddenSize)
        func rate<Element: Activation>(of type: Element.Type) -> Double {
            productRate(of: type, shape, seconds: 0.05, parallel: parallel)
        }
        let gain = rate(of: BFloat16.self) / rate(of: Float.self)
        guard gain >= 1.2 else { return nil }
        return """
            this processor multiplies this model's matrices \(decimal(gain, places: 1)) times as \
            fast in bf16: precision: bf16 trains faster; mmbert plan says by how much
            """
    }

    /// How many checkpoints there may be at once: those that are kept, the stages' ends, and those
    /// that the merge takes.
    private var mostCheckpoints: Int {
        var start = 0
        var saved = 0
        for stage in stages where stage.parent.map({ $0 == stage.index - 1 }) ?? true {
            saved += recipe.checkpoint.count(from: start, to: start + stage.phase.tokens) - 1
            start += stage.phase.tokens
        }
        let variants = stages.filter { $0.variant != nil }.count
        let merged = recipe.merge.map { $0.checkpoints > 1 ? $0.checkpoints : 0 } ?? 0
        let regular =
            recipe.checkpoint.minutes == nil ? saved * max(1, variants) : recipe.checkpoint.keep
        return min(recipe.checkpoint.keep, regular) + stages.count + merged
    }

    /// Checks that the memory of the largest step, as a plan counts it, is there for all ranks of
    /// this machine.
    ///
    /// - Returns: what one rank needs.
    /// - Throws: `InputError` if this machine may never give as much.
    func checkMemory(for ranks: RankGroup) throws -> (needed: Int, warning: String?) {
        let needed =
            stages.map { stage in
                MemoryPlan(
                    configuration, precision: precision,
                    isCheckpointing: recipe.activationCheckpointing,
                    microbatchTokens: stage.phase.batch.microbatchTokens,
                    scored: max(stage.phase.mask.ratio.from, stage.phase.mask.ratio.to),
                    lanes: recipe.lanes, ranks: ranks.count, machines: Set(ranks.machines).count
                ).peak
            }.max() ?? 0
        let neighbours = ranks.members(of: .machine).count
        let place =
            neighbours > 1
            ? ", \(neighbours) ranks on \(ranks.machines[ranks.rank]) together" : ""
        let warning = try MemoryCheck.warning(
            needed * neighbours, of: recipe.name + place,
            remedy: "Lower batch.microbatch, set activation_checkpointing: true, or use a larger "
                + "machine; mmbert plan shows what takes how much.")
        return (needed, warning)
    }
}
