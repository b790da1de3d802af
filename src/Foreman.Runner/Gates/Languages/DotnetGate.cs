using System.Collections.Immutable;
using Foreman.Api;

namespace Foreman.Runner.Gates.Languages;

/// <summary>.NET: dotnet restore, build and test; dotnet format where the repository has an .editorconfig.</summary>
internal sealed class DotnetGate : IGateLanguage
{
    private static readonly string[] Solutions = [".slnx", ".sln"];
    private static readonly string[] Projects = [".csproj", ".fsproj", ".vbproj"];
    private static readonly string[] TestMarks = ["Microsoft.NET.Test.Sdk", "<IsTestProject>true", "\"xunit", "\"NUnit\"", "\"MSTest", "\"TUnit\""];
    private static readonly GateTool Dotnet = GateTool.Program("dotnet", "install the .NET SDK below /usr");

    public GateLanguage Language => GateLanguage.Dotnet;

    public TestFiles Tests { get; } = new([".cs", ".fs", ".vb"], IsTest);

    // No process may wait for the next build: it would be ended with its sandbox, and its clients would wait for it.
    public ImmutableDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["DOTNET_CLI_HOME"] = "{cache}/dotnet",
        ["NUGET_PACKAGES"] = "{cache}/nuget",
        ["DOTNET_SKIP_FIRST_TIME_EXPERIENCE"] = "1",
        ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["UseSharedCompilation"] = "false",
        ["UseAppHost"] = "false",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    public string? Root(RepositoryTree tree)
    {
        var (solution, project) = (tree.Nearest(f => EndsWith(f, Solutions)), tree.Nearest(f => EndsWith(f, Projects)));
        return solution is null || (project is not null && Depth(project) < Depth(solution)) ? project : solution;
    }

    public bool BeginsProject(string path) => EndsWith(path, Solutions) || EndsWith(path, Projects);

    public IEnumerable<GateCheck> ChecksOf(RepositoryTree tree, string? root, GateProfile? profile)
    {
        var folder = RepositoryTree.FolderOf(root ?? "");
        var project = root is null ? "" : " " + ShellText.Quote(RepositoryTree.NameOf(root));
        yield return new GateCheck { Name = Checks.Setup, Command = $"dotnet restore{project}", Folder = folder, Tools = [Dotnet], Limit = TimeSpan.FromMinutes(10) };
        if (tree.Has(RepositoryTree.Under(folder, ".editorconfig")) || tree.Has(".editorconfig"))
        {
            yield return new GateCheck { Name = Checks.Format, Command = $"dotnet format{project} --verify-no-changes --no-restore", Folder = folder, Tools = [Dotnet], ComparesWithBase = true };
        }

        yield return new GateCheck { Name = Checks.Build, Command = $"dotnet build{project} --no-restore --nologo -v quiet", Folder = folder, Tools = [Dotnet] };
        if (tree.Texts.Any(t => IsBelow(t.Key, folder) && TestMarks.Any(m => t.Value.Contains(m, StringComparison.OrdinalIgnoreCase))))
        {
            yield return new GateCheck { Name = Checks.Test, Command = $"dotnet test{project} --no-build --nologo", Folder = folder, Tools = [Dotnet], Limit = TimeSpan.FromMinutes(20) };
        }
    }

    private static bool IsBelow(string path, string folder) => folder.Length == 0 || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static bool EndsWith(string path, string[] endings) => endings.Any(e => path.EndsWith(e, StringComparison.Ordinal));

    private static int Depth(string path) => path.Count(c => c == '/');

    private static bool IsTest(string path) => path.Split('/').SkipLast(1).Any(
        p => p is "test" or "tests" or "Tests" || p.EndsWith(".Tests", StringComparison.Ordinal) || p.EndsWith(".Test", StringComparison.Ordinal) || p.EndsWith("UnitTests", StringComparison.Ordinal))
        || Path.GetFileNameWithoutExtension(path).EndsWith("Tests", StringComparison.Ordinal);
}
