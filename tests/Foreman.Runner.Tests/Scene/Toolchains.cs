using System.Globalization;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scene;

/// <summary>A language with a small repository in it that needs nothing but its tools: an addition that subtracts, and what mends it.</summary>
internal sealed record Toolchain
{
    /// <summary>The language, as <c>spec.gateProfile.language</c> has it.</summary>
    public required string Language { get; init; }

    /// <summary>Programs that must be below /usr, or in Go's own folder.</summary>
    public required string[] Programs { get; init; }

    /// <summary>The base.</summary>
    public required Dictionary<string, string> Before { get; init; }

    /// <summary>The source that adds.</summary>
    public required (string Path, string Text) Mended { get; init; }

    /// <summary>A test that an addition passes.</summary>
    public required (string Path, string Text) Test { get; init; }

    /// <summary>What a gate runs, in order.</summary>
    public required string[] Checks { get; init; }

    /// <summary>What the failing test writes.</summary>
    public required string Says { get; init; }

    /// <summary>Null where the repository tells how it is checked.</summary>
    public GateProfile? Profile { get; init; }
}

/// <summary>The languages of gates, and which of them this test run checks with their real tools.</summary>
internal static class Toolchains
{
    /// <summary>Names of languages with commas between, or <c>all</c>: then these are checked, whatever the commit is.</summary>
    private const string Variable = "FOREMAN_TEST_GATES";

    private static readonly string[] Folders = ["/usr/bin", "/usr/local/bin", "/usr/local/go/bin"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Toolchain> All { get; } =
    [
        new()
        {
            Language = "go",
            Programs = ["go", "gofmt"],
            Before = new() { ["go.mod"] = "module m\n", ["a.go"] = "package a\n\nfunc Add(a, b int) int { return a - b }\n" },
            Mended = ("a.go", "package a\n\nfunc Add(a, b int) int { return a + b }\n"),
            Test = ("a_test.go", "package a\n\nimport \"testing\"\n\nfunc TestAdd(t *testing.T) {\n\tif Add(2, 2) != 4 {\n\t\tt.Fatal(\"no sum\")\n\t}\n}\n"),
            Checks = ["format", "lint", "build", "test"],
            Says = "no sum",
        },
        new()
        {
            Language = "python",
            Programs = ["python3"],
            Before = new() { ["calc.py"] = "def add(a, b):\n    return a - b\n" },
            Mended = ("calc.py", "def add(a, b):\n    return a + b\n"),
            Test = ("test_calc.py", "import unittest\nfrom calc import add\n\n\nclass T(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(add(2, 2), 4)\n"),
            Checks = ["build", "test"],
            Says = "0 != 4",
        },
        new()
        {
            Language = "node",
            Programs = ["node", "npm"],
            Before = new() { ["package.json"] = """{"scripts":{"build":"node --check a.js","test":"node --test"}}""", ["a.js"] = "module.exports = (a, b) => a - b;\n" },
            Mended = ("a.js", "module.exports = (a, b) => a + b;\n"),
            Test = ("a.test.js", "const t = require('node:test'); const a = require('node:assert'); t('adds', () => a.equal(require('./a')(2, 2), 4));\n"),
            Checks = ["build", "test"],
            Says = "0 == 4",
        },
        new()
        {
            Language = "dotnet",
            Programs = ["dotnet"],
            Before = new()
            {
                // Frameworks of tests are packages, which the sandbox can't fetch: the program is its own test.
                ["App.csproj"] = """
                    <Project>
                      <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
                      <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><IsTestProject>true</IsTestProject></PropertyGroup>
                      <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
                      <Target Name="VSTest"><Exec Command="dotnet &quot;$(TargetPath)&quot;" /></Target>
                    </Project>
                    """,
                ["Calc.cs"] = "public static class Calc\n{\n    public static int Add(int a, int b) => a - b;\n}\n",
                ["Start.cs"] = "public static partial class Start\n{\n    public static int Main() => Check();\n\n    private static int Check()\n    {\n        var failed = 0;\n        Look(ref failed);\n        return failed;\n    }\n\n    static partial void Look(ref int failed);\n}\n",
            },
            Mended = ("Calc.cs", "public static class Calc\n{\n    public static int Add(int a, int b) => a + b;\n}\n"),
            Test = ("CalcTests.cs", "public static partial class Start\n{\n    static partial void Look(ref int failed)\n    {\n        if (Calc.Add(2, 2) != 4)\n        {\n            System.Console.WriteLine(\"no sum\");\n            failed++;\n        }\n    }\n}\n"),
            Checks = ["setup", "build", "test"],
            Says = "exited with code 1",
        },
        new()
        {
            Language = "rust",
            Programs = ["cargo", "rustc", "rustfmt"],
            Before = new() { ["Cargo.toml"] = "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n", ["src/lib.rs"] = "pub fn add(a: i32, b: i32) -> i32 {\n    a - b\n}\n" },
            Mended = ("src/lib.rs", "pub fn add(a: i32, b: i32) -> i32 {\n    a + b\n}\n"),
            Test = ("tests/adds.rs", "#[test]\nfn adds() {\n    assert_eq!(a::add(2, 2), 4, \"no sum\");\n}\n"),
            Checks = ["format", "build", "test"],
            Says = "no sum",
        },
        new()
        {
            Language = "generic",
            Programs = ["make", "cc"],
            Before = new() { ["Makefile"] = "a: a.c\n\tcc -o a a.c\n", ["a.c"] = "#include <stdio.h>\nint main(void) { printf(\"%d\\n\", 2 - 2); return 0; }\n" },
            Mended = ("a.c", "#include <stdio.h>\nint main(void) { printf(\"%d\\n\", 2 + 2); return 0; }\n"),
            Test = ("tests/sum.sh", "./a | grep -q '^4$' || { echo no sum; exit 1; }\n"),
            Checks = ["build", "test"],
            Says = "no sum",
            Profile = new GateProfile { Language = GateLanguage.Generic, Commands = new GateCommands { Build = "make -s", Test = "sh tests/sum.sh" } },
        },
    ];

    /// <summary>Those that this run checks; which they are is said in its output.</summary>
    public static IReadOnlyList<Toolchain> OfRun { get; } = FindOfRun();

    /// <summary>The ones that are asked for; with nothing asked for, the one that the commit's first digits fall on. Pure.</summary>
    /// <param name="asked">What <c>FOREMAN_TEST_GATES</c> says; null or empty for nothing.</param>
    /// <param name="commit">Hexadecimal digits; null where there is no repository.</param>
    public static IReadOnlyList<Toolchain> Choose(string? asked, string? commit) =>
        asked == "all" ? All
        : !string.IsNullOrEmpty(asked) ? [.. asked.Split(',').Select(name => All.FirstOrDefault(t => t.Language == name) ?? throw new ArgumentException($"{Variable} is `{asked}`: give all, or of {string.Join(", ", All.Select(t => t.Language))}"))]
        : [All[commit is { Length: >= 4 } ? int.Parse(commit[..4], NumberStyles.HexNumber, CultureInfo.InvariantCulture) % All.Count : 0]];

    /// <summary>Why a toolchain can't be checked here; null when it can.</summary>
    /// <param name="toolchain">It.</param>
    /// <param name="besides">Folders of programs that the sandbox is shown besides its own.</param>
    public static string? Missing(Toolchain toolchain, IEnumerable<string> besides)
    {
        string[] folders = [.. besides, .. Folders];
        string[] missing = [.. toolchain.Programs.Where(p => !folders.Any(f => File.Exists(Path.Combine(f, p))))];
        return missing.Length == 0 ? null : $"no {string.Join(", ", missing)} for gates of {toolchain.Language} below /usr: install them there";
    }

    private static IReadOnlyList<Toolchain> FindOfRun()
    {
        var (asked, commit) = (Environment.GetEnvironmentVariable(Variable), Commit());
        var chosen = Choose(asked, commit);
        Console.WriteLine(
            $"gates with real tools: {string.Join(", ", chosen.Select(t => t.Language))}{(string.IsNullOrEmpty(asked) ? $", by the commit {commit?[..4] ?? "(none)"}; all: .ci/long gates, or {Variable}=all" : "")}");
        return chosen;
    }

    private static string? Commit()
    {
        try
        {
            var start = new System.Diagnostics.ProcessStartInfo("git", ["-C", RepositoryRoot.Path, "rev-parse", "HEAD"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = System.Diagnostics.Process.Start(start)!;
            var said = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 && said.Length >= 4 ? said : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
