import Diagnostics
import Formats
import Foundation
import Planning
import Recipes

extension RunSetup {
    /// Checks that the disk has room for two checkpoints (weights and two moments of every
    /// parameter, in fp32), which is what a run needs at the least.
    ///
    /// - Returns: what the run may come to need, and what there is, in words.
    func checkDiskSpace(at path: String) throws -> String {
        let checkpointBytes = configuration.parameterCount * 12
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue else {
            return "disk: nobody says how much is free at \(path)"
        }
        guard free >= 2 * checkpointBytes else {
            throw InputError(
                at: path, expected: "\(shortCount(2 * checkpointBytes))B free for two checkpoints",
                found: "\(shortCount(free))B",
                remedy: "Make room on this disk, or name a folder on another one with --run.")
        }
        let most = mostCheckpoints
        let needed = most * checkpointBytes + configuration.parameterCount * 4
        return """
            disk: \(shortCount(free))B free; \(most) checkpoints and the model take \
            \(shortCount(needed))B\(needed > free ? ", which is more: lower checkpoint.keep" : "")
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
        return min(recipe.checkpoint.keep, saved * max(1, variants)) + stages.count + merged
    }

    /// Checks that the memory of the largest step, as a plan counts it, is there.
    ///
    /// - Throws: `InputError` if this machine may never give as much.
    func checkMemory() throws -> (needed: Int, warning: String?) {
        let needed =
            stages.map { stage in
                MemoryPlan(
                    configuration, precision: precision,
                    isCheckpointing: recipe.activationCheckpointing,
                    microbatchTokens: stage.phase.batch.microbatchTokens,
                    scored: max(stage.phase.mask.ratio.from, stage.phase.mask.ratio.to)
                ).peak
            }.max() ?? 0
        return (needed, try Machine.current.checkMemory(needed, of: recipe.name))
    }
}
