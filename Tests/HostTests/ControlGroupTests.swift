import Foundation
import Host
import TestSupport
import Testing

@Suite("Control groups")
struct ControlGroupTests {
    /// A tree of control groups in which the files hold these texts.
    private func group(
        _ files: [String: String], memberships: String, in folder: TemporaryFolder
    ) throws -> ControlGroup {
        for (path, text) in files {
            let file = URL(fileURLWithPath: folder.path(path))
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        return ControlGroup(root: folder.path, memberships: memberships)
    }

    @Test("of version 2 limit time and memory, the tightest around the process deciding")
    func nested() throws {
        let folder = try TemporaryFolder()
        let group = try group(
            [
                "cpu.max": "max 100000\n", "memory.max": "max\n",
                "slurm/cpu.max": "150000 100000\n", "slurm/memory.max": "2147483648\n",
                "slurm/job/cpu.max": "400000 100000\n", "slurm/job/memory.max": "4294967296\n",
            ], memberships: "0::/slurm/job\n", in: folder)
        #expect(group.coreQuota == 1.5)
        #expect(group.memoryLimit == 2 << 30)
    }

    @Test("of version 1 are read below the folders of their controllers")
    func version1() throws {
        let folder = try TemporaryFolder()
        let group = try group(
            [
                "cpu/a/cpu.cfs_quota_us": "200000\n", "cpu/a/cpu.cfs_period_us": "100000\n",
                "cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n",
                "memory/b/memory.limit_in_bytes": "1073741824\n",
                "memory/memory.limit_in_bytes": "9223372036854771712\n",
            ], memberships: "4:cpu,cpuacct:/a\n3:memory:/b\n2:pids:/c\n", in: folder)
        #expect(group.coreQuota == 2)
        #expect(group.memoryLimit == 1 << 30)
    }

    @Test(
        "that say nothing, or nothing that can be read, do not limit",
        arguments: ["max 100000", "100000", "-1 100000", "many 100000", "100000 0", ""])
    func unlimited(text: String) throws {
        let folder = try TemporaryFolder()
        let group = try group(
            ["cpu.max": text, "memory.max": "max"], memberships: "0::/gone\n", in: folder)
        #expect(group.coreQuota == nil)
        #expect(group.memoryLimit == nil)
        #expect(ControlGroup(root: folder.path, memberships: "").coreQuota == nil)
    }

    @Test("Threads of use are the cores, or as many as the quota gives the time of")
    func usableCores() {
        #expect(Cores.usable(of: 8, quota: nil) == 8)
        #expect(Cores.usable(of: 8, quota: 1.5) == 2)
        #expect(Cores.usable(of: 8, quota: 0.1) == 1)
        #expect(Cores.usable(of: 2, quota: 64) == 2)
        #expect((1...Cores.available).contains(Cores.usable))
    }

    @Test("Lists of cores are read")
    func lists() {
        #expect(Cores.numbers(ofList: "0-3,8") == [0, 1, 2, 3, 8])
        #expect(Cores.numbers(ofList: "7") == [7])
        #expect(Cores.numbers(ofList: "") == nil)
        #expect(Cores.numbers(ofList: "ff") == nil)
    }
}
