using System.Collections.Immutable;
using System.Text.Json;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Runner.Gates.Languages;

/// <summary>Node.js: the scripts of package.json, after its packages were installed as its lock file says.</summary>
internal sealed class NodeGate : IGateLanguage
{
    private static readonly string[] PackageLists = ["dependencies", "devDependencies", "optionalDependencies"];
    private static readonly string[] FormatScripts = ["format:check", "check:format", "fmt:check", "format-check", "prettier:check"];
    private static readonly GateTool Node = GateTool.Program("node", "install Node.js (Debian: nodejs)");
    private static readonly (string Lock, string Program, string Install)[] Managers =
    [
        ("package-lock.json", "npm", "npm ci --no-audit --no-fund"), ("npm-shrinkwrap.json", "npm", "npm ci --no-audit --no-fund"),
        ("pnpm-lock.yaml", "pnpm", "pnpm install --frozen-lockfile"), ("yarn.lock", "yarn", "yarn install --frozen-lockfile --non-interactive"),
    ];

    public GateLanguage Language => GateLanguage.Node;

    public TestFiles Tests { get; } = new([".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx"], IsTest);

    public ImmutableDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["NPM_CONFIG_CACHE"] = "{cache}/npm",
        ["NPM_CONFIG_UPDATE_NOTIFIER"] = "false",
        ["YARN_CACHE_FOLDER"] = "{cache}/yarn",
        ["COREPACK_HOME"] = "{cache}/corepack",
        ["CI"] = "true",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    public string? Root(RepositoryTree tree) => tree.Nearest(BeginsProject);

    public bool BeginsProject(string path) => RepositoryTree.NameOf(path) == "package.json";

    public IEnumerable<GateCheck> ChecksOf(RepositoryTree tree, string? root, GateProfile? profile)
    {
        var folder = RepositoryTree.FolderOf(root ?? "");
        var declared = ForeignJson.ParseOrNull(tree.Text(root ?? ""));
        var manager = Managers.FirstOrDefault(m => tree.Has(RepositoryTree.Under(folder, m.Lock)));
        var program = manager.Program ?? "npm";
        var tool = program == "npm" ? GateTool.Program("npm", "install npm (Debian: npm)") : GateTool.Program(program, $"install {program} where the sandbox sees it (below /usr)");
        if (HasPackages(declared))
        {
            yield return new GateCheck { Name = Checks.Setup, Command = manager.Install ?? "npm install --no-audit --no-fund --no-package-lock", Folder = folder, Tools = [Node, tool], Limit = TimeSpan.FromMinutes(10) };
        }

        GateCheck Script(string check, string script) =>
            new() { Name = check, Declared = ScriptOf(declared, script)!, Command = $"{program} run {ShellText.Quote(script)}", Folder = folder, Tools = [Node, tool], ComparesWithBase = check is Checks.Format or Checks.Lint };
        if (FormatScripts.FirstOrDefault(s => ScriptOf(declared, s) is not null) is { } format)
        {
            yield return Script(Checks.Format, format);
        }

        if (ScriptOf(declared, "lint") is not null)
        {
            yield return Script(Checks.Lint, "lint");
        }

        if (ScriptOf(declared, "build") is not null)
        {
            yield return Script(Checks.Build, "build");
        }

        // What npm init writes is no test.
        if (ScriptOf(declared, "test") is { } test && !test.Contains("no test specified", StringComparison.Ordinal))
        {
            yield return Script(Checks.Test, "test") with { Limit = TimeSpan.FromMinutes(20) };
        }
        else if (tree.Below(folder).Files.Any(f => IsTest(f) && f.EndsWith("js", StringComparison.Ordinal) && !RepositoryTree.IsBesides(f)))
        {
            yield return new GateCheck { Name = Checks.Test, Command = "node --test", Folder = folder, Tools = [Node], RanNothing = ["# tests 0", "ℹ tests 0"], Limit = TimeSpan.FromMinutes(20) };
        }
    }

    private static bool HasPackages(JsonElement? declared) => PackageLists.Any(
        name => Property(declared, name) is { ValueKind: JsonValueKind.Object } packages && packages.EnumerateObject().Any());

    private static string? ScriptOf(JsonElement? declared, string name) =>
        Property(declared, "scripts") is { } scripts && Property(scripts, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement? Property(JsonElement? of, string name) =>
        of is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var value) ? value : null;

    private static bool IsTest(string path) => RepositoryTree.NameOf(path) is var name
        && (name.Contains(".test.", StringComparison.Ordinal) || name.Contains(".spec.", StringComparison.Ordinal)
            || path.Split('/').SkipLast(1).Any(p => p is "test" or "tests" or "__tests__"));
}
