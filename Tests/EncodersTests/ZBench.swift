import Autograd
import Encoders
import Foundation
import Layers
import Optimizers
import PackedBatches
import TensorCore
import Testing

@Suite struct ZBench {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["ZBENCH"] != nil)) func step() {
        let e = ProcessInfo.processInfo.environment
        let length = Int(e["LEN"] ?? "512")!, n = Int(e["SEQ"] ?? "8")!
        let mask = Double(e["MASK"] ?? "0.3")!
        var t0 = Date()
        let model = MaskedLanguageModel(configuration: .mmBERTSmall, seed: 1)
        print("init", Date().timeIntervalSince(t0))
        print(String(model.configuration.huggingFaceJSON.prefix(0)))
        try! model.configuration.huggingFaceJSON.write(toFile: "/tmp/encbench/config.json", atomically: true, encoding: .utf8)
        let parallel = Parallel(threads: Int(e["THREADS"] ?? "2")!)
        let pool = BufferPool()
        let opt = StableAdamW(parameters: model.parameters, configuration: .init())
        var g = SystemRandomNumberGenerator()
        let ids = (0..<length * n).map { _ in Int32.random(in: 5..<256000, using: &g) }
        let labels = ids.map { Double.random(in: 0..<1, using: &g) < mask ? $0 : -100 }
        let batch = PackedBatch(tokenIDs: ids, labels: labels,
            cumulativeSequenceLengths: (0...n).map { Int32($0 * length) }, sequenceSources: Array(repeating: 0, count: n))
        let scored = batch.scoredRows.count
        for step in 0..<3 {
            t0 = Date(); let start = t0
            let tape = Tape(parallel: parallel, pool: pool)
            let out = model.forward(batch, on: tape, dropout: DropoutKey(seed: 1, step: step, microbatch: 0), lossScale: 1 / Float(scored))
            let f = Date().timeIntervalSince(t0); t0 = Date()
            tape.backward(from: out.loss)
            let b = Date().timeIntervalSince(t0); t0 = Date()
            let r = opt.step(learningRate: 1e-4, parallel: parallel); opt.zeroGradients()
            let o = Date().timeIntervalSince(t0)
            let total = Date().timeIntervalSince(start)
            print("loss", out.loss.value[0,0], "fwd", f, "bwd", b, "opt", o, "tok/s", Double(length * n) / total, r)
        }
        var u = rusage(); getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &u); print("peak MiB", u.ru_maxrss / 1024)
    }
}
