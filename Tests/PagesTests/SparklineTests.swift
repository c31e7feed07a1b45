import Pages
import Testing

@Suite struct SparklineTests {
    @Test func `values at the ends of what numbers hold are drawn`() {
        for values in [
            [1e308, -1e308], [-1e308, 0, 1e308], [0, 0], [.leastNonzeroMagnitude, 0],
        ] {
            #expect(Sparkline(values).svg.contains("M0 "), "\(values)")
        }
        #expect(Sparkline([1]).svg.isEmpty)
        #expect(Sparkline([3, 1, 2]).svg.contains("M0 1L42 19L84 10"))
    }
}
