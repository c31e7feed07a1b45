import Foundation

/// Clusters beside classes: homogeneity, completeness and their harmonic mean, V (Rosenberg and
/// Hirschberg, 2007), as scikit-learn's `v_measure_score`.
public struct ClusterAgreement: Sendable, Equatable {
    /// 1 − H(class | cluster) / H(class); 1 where there is one class.
    public let homogeneity: Double
    /// 1 − H(cluster | class) / H(cluster); 1 where there is one cluster.
    public let completeness: Double
    /// 2hc / (h + c).
    public let vMeasure: Double

    /// - Parameters:
    ///   - classes: the class of each example.
    ///   - clusters: the cluster of each.
    /// - Precondition: as many of both.
    public init(classes: [Int], clusters: [Int]) {
        precondition(
            classes.count == clusters.count,
            "ClusterAgreement: \(classes.count) classes, \(clusters.count) clusters")
        var (ofClass, ofCluster) = ([Int: Int](), [Int: Int]())
        var together: [[Int]: Int] = [:]
        for (label, cluster) in zip(classes, clusters) {
            ofClass[label, default: 0] += 1
            ofCluster[cluster, default: 0] += 1
            together[[label, cluster], default: 0] += 1
        }
        let total = Double(classes.count)
        func entropy(_ counts: some Collection<Int>) -> Double {
            counts.sorted().reduce(0) { sum, count in
                let share = Double(count) / total
                return sum - share * log(share)
            }
        }
        let (classEntropy, clusterEntropy) = (entropy(ofClass.values), entropy(ofCluster.values))
        var information = 0.0
        for (pair, count) in together.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let share = Double(count) / total
            let expected =
                Double(ofClass[pair[0]] ?? 0) * Double(ofCluster[pair[1]] ?? 0) / (total * total)
            information += share * log(share / expected)
        }
        information = max(0, information)
        homogeneity = classEntropy > 0 ? information / classEntropy : 1
        completeness = clusterEntropy > 0 ? information / clusterEntropy : 1
        vMeasure = harmonicMean(homogeneity, completeness)
    }
}
