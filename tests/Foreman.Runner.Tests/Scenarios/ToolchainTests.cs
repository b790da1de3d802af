using System.ComponentModel;
using Foreman.Api;
using Foreman.Runner.Gates;
using Foreman.Runner.Tests.Gates;
using Foreman.Runner.Tests.Scene;
using Foreman.Sandbox.Egress;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>Gates with real tools in the sandbox: one language each run, by the commit, and all of them by <c>.ci/long gates</c>.</summary>
public sealed class ToolchainTests : IDisposable
{
    private readonly TempFolder _work = new();

    public static TheoryData<string> OfRun { get; } = new(Toolchains.OfRun.Select(t => t.Language));

    [Theory]
    [MemberData(nameof(OfRun))]
    public async Task A_change_is_checked_by_the_tools_of_its_language_and_its_test_must_bite(string language)
    {
        var toolchain = Toolchains.All.Single(t => t.Language == language);
        var besides = await BesidesAsync(toolchain);
        var missing = Toolchains.Missing(toolchain, besides.Programs);
        Assert.SkipWhen(missing is not null, missing ?? "");
        var gate = new Gate(await Given.CageAsync(), GateFolder.Beside(_work["ws"]), EgressRules.Parse([], out _)) { Besides = besides };

        // The caches of the first gate make the second one short, as in the rounds of a run.
        var wrong = await RunAsync(gate, toolchain, new(toolchain.Before) { [toolchain.Test.Path] = toolchain.Test.Text });
        var mended = await RunAsync(gate, toolchain, new(toolchain.Before) { [toolchain.Test.Path] = toolchain.Test.Text, [toolchain.Mended.Path] = toolchain.Mended.Text });

        Is(Verdict.GateFail, wrong);
        Assert.Equal(toolchain.Checks.Select(c => c == "test" ? "test GATE-FAIL" : $"{c} GATE-PASS"), Told(wrong));
        Assert.Contains(toolchain.Says, wrong.Checks[^1].Excerpt, StringComparison.Ordinal);
        Is(Verdict.GatePass, mended);
        Assert.Equal(toolchain.Checks.Append("bite").Select(c => $"{c} GATE-PASS"), Told(mended));
        Assert.Equal(language, mended.Plan.Language.Value);
    }

    [Fact]
    public void Each_commit_has_one_language_and_all_have_their_turn()
    {
        var turns = Enumerable.Range(0, Toolchains.All.Count).Select(i => Assert.Single(Toolchains.Choose(null, FormattableString.Invariant($"{i:x4}b705df"))).Language).ToList();

        Assert.Equal(Toolchains.All.Select(t => t.Language), turns);
        Assert.Equal(turns[1], Toolchains.Choose("", "0001")[0].Language);
        Assert.Equal(Toolchains.All, Toolchains.Choose("all", "0001"));
        Assert.Equal(["rust", "go"], Toolchains.Choose("rust,go", null).Select(t => t.Language));
        Assert.Single(Toolchains.Choose(null, null));
        Assert.Throws<ArgumentException>(() => Toolchains.Choose("cobol", null));
    }

    [Fact]
    public void Every_language_of_gates_has_its_toolchain() =>
        Assert.Equal(IGateLanguage.All.Select(l => l.Language.Value).Append("generic").Order(StringComparer.Ordinal), Toolchains.All.Select(t => t.Language).Order(StringComparer.Ordinal));

    public void Dispose() => _work.Dispose();

    private static void Is(Verdict expected, GateReport report) =>
        Assert.True(report.Verdict == expected, $"{report.Verdict}: {string.Join('\n', report.Checks.Select(c => $"{c.Check} {c.Outcome}: {c.Excerpt}"))}");

    private static IEnumerable<string> Told(GateReport report) => report.Checks.Select(c => $"{c.Check} {c.Outcome}");

    private Task<GateReport> RunAsync(Gate gate, Toolchain toolchain, Dictionary<string, string> now) =>
        gate.RunAsync(FilesSource.In(_work["ws"], toolchain.Before, now), toolchain.Profile, CancellationToken.None);

    // Rust is often in a home, which the sandbox does not see by itself.
    private static async Task<(IReadOnlyList<string> Paths, IReadOnlyList<string> Programs)> BesidesAsync(Toolchain toolchain)
    {
        if (toolchain.Language != "rust")
        {
            return ([], []);
        }

        try
        {
            var root = (await CommandRun.RunAsync(new ProcessRequest { Program = "rustc", Arguments = ["--print", "sysroot"] })).Succeeded().Output.Trim();
            return ([root], [Path.Combine(root, "bin")]);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return ([], []);
        }
    }
}
