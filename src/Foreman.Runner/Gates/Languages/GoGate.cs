using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Runner.Gates.Languages;

/// <summary>Go: gofmt, go vet, go build, go test.</summary>
internal sealed class GoGate : IGateLanguage
{
    private static readonly GateTool Go = GateTool.Program("go", "install Go (Debian: golang-go)");
    private static readonly GateTool Gofmt = GateTool.Program("gofmt", "install Go (Debian: golang-go)");

    public GateLanguage Language => GateLanguage.Go;

    public TestFiles Tests { get; } = new([".go"], path => path.EndsWith("_test.go", StringComparison.Ordinal));

    public ImmutableDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["GOPATH"] = "{cache}/go",
        ["GOCACHE"] = "{cache}/go-build",
        ["GOFLAGS"] = "-buildvcs=false",
        ["GOTOOLCHAIN"] = "local",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    public bool EndsAtNested => true;

    public string? Root(RepositoryTree tree) => tree.Nearest(BeginsProject);

    public bool BeginsProject(string path) => RepositoryTree.NameOf(path) == "go.mod";

    public IEnumerable<GateCheck> ChecksOf(RepositoryTree tree, string? root, GateProfile? profile)
    {
        var folder = RepositoryTree.FolderOf(root ?? "");
        if (Requires(tree.Text(root ?? "")) && !tree.Has(RepositoryTree.Under(folder, "vendor/modules.txt")))
        {
            yield return new GateCheck { Name = Checks.Setup, Command = "go mod download", Folder = folder, Tools = [Go], Limit = TimeSpan.FromMinutes(10) };
        }

        // gofmt ends with 0 also when it names files, and looks into folders that Go itself passes over.
        const string Format = """
            found=$(gofmt -l . 2>&1 | grep -v -E '(^|/)(vendor|testdata)/')
            [ -z "$found" ] || { printf 'gofmt would change or can not read:\n%s\n' "$found"; exit 1; }
            """;
        yield return new GateCheck { Name = Checks.Format, Command = Format, Folder = folder, Tools = [Gofmt], ComparesWithBase = true, Limit = TimeSpan.FromMinutes(5) };
        yield return new GateCheck { Name = Checks.Lint, Command = "go vet ./...", Folder = folder, Tools = [Go], ComparesWithBase = true };
        yield return new GateCheck { Name = Checks.Build, Command = "go build ./...", Folder = folder, Tools = [Go] };
        yield return new GateCheck { Name = Checks.Test, Command = "go test ./...", Folder = folder, Tools = [Go], Limit = TimeSpan.FromMinutes(20) };
    }

    private static bool Requires(string module) => module.Split('\n').Any(l => l.TrimStart().StartsWith("require", StringComparison.Ordinal));
}
