/// What the system says about the processor itself.
package struct ProcessorName {
    /// Its name; empty if the system does not know it.
    package let model: String
    /// Its instruction sets as the kernel names them, sorted: `avx2`, `avx512_bf16`, ….
    package let instructionSets: [String]

    /// The processor of this machine.
    package static var current: ProcessorName {
        let description = ProcFile("/proc/cpuinfo")
        let flags = description["flags"] ?? description["Features"] ?? ""
        return ProcessorName(
            model: description["model name"] ?? "",
            instructionSets: flags.split(separator: " ").map(String.init)
                .filter { flag in prefixes.contains { flag.hasPrefix($0) } }.sorted())
    }

    private static let prefixes = [
        "sse", "ssse", "avx", "fma", "amx", "f16c", "asimd", "sve", "bf16",
    ]
}
