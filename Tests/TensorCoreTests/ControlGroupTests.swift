import TensorCore
import Testing

@Suite struct ControlGroupTests {
    @Test func readsQuotasOfBothVersions() {
        #expect(ControlGroup.quota("150000 100000\n") == 1.5)
        #expect(ControlGroup.quota("max 100000\n") == nil)
        #expect(ControlGroup.quota(nil) == nil)
        #expect(ControlGroup.quota("200000\n", period: "100000\n") == 2)
        #expect(ControlGroup.quota("-1\n", period: "100000\n") == nil)
        #expect(ControlGroup.quota("100000", period: nil) == nil)
    }

    @Test func countsCores() {
        #expect(Processor.count(ofList: "0-3,8") == 5)
        #expect(Processor.count(ofList: "7") == 1)
        #expect(Processor.count(ofList: "") == nil)
        #expect(Processor.count(ofList: "ff") == nil)
    }
}
