using Foreman.Testing;
using Foreman.Tools.Files;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Tests.Properties;

/// <summary>Random trees with random <c>.gitignore</c> files: a walk sees what <c>git check-ignore</c> says is not ignored.</summary>
public sealed class GitIgnoreProperties
{
    private static readonly string[] Names = ["a", "b", "ab", "a.o", "b.c", "build", "x y", "é", "#h", "!n", "[s]", "a-b"];

    private static readonly string[] Parts =
        ["a", "b", "ab", "*", "**", "?", "*.o", "*.c", "a*", "[ab]", "[!a]", "[a-z]*", "build", "x y", "\\#h", "\\!n", "é", "[[:alpha:]]b", "a-b", "[s]", "\\[s\\]", "***", "a**"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_walk_leaves_out_what_git_ignores(int seed)
    {
        using var folder = new TempFolder();
        var random = new Random(seed);
        for (var round = 0; round < (LongRun.IsOn ? 60 : 12); round++)
        {
            var tree = $"{round}";
            folder.MakeFolder(tree);
            var files = Grow(folder, random, tree, "", 0);
            await GitAsync(folder[tree], "", "init", "-q");
            var ignored = (await GitAsync(folder[tree], string.Concat(files.Select(f => f + '\0')), "check-ignore", "--no-index", "--stdin", "-z"))
                .Split('\0', StringSplitOptions.RemoveEmptyEntries).ToHashSet();

            using var workspace = Workspace.Open(folder[tree]);
            var walk = new WorkspaceWalk(workspace, ToolHarness.Unlimited);
            var seen = walk.Entries(WorkspacePath.Parse("")).Where(e => !e.IsDirectory).Select(e => string.Join('/', e.Path.Names)).ToList();

            var rules = string.Join("\n", files.Where(f => f.EndsWith(".gitignore", StringComparison.Ordinal)).Select(f => $"{f}: {File.ReadAllText(folder[$"{tree}/{f}"]).Replace("\n", " | ", StringComparison.Ordinal)}"));
            Assert.True(files.Except(ignored).Order().SequenceEqual(seen.Order()), $"seed {seed}, round {round}\nnot seen: {string.Join(", ", files.Except(ignored).Except(seen))}\nseen: {string.Join(", ", seen.Intersect(ignored))}\n{rules}");
        }
    }

    private static List<string> Grow(TempFolder folder, Random random, string tree, string at, int depth)
    {
        var files = new List<string>();
        if (depth == 0 || random.Next(3) == 0)
        {
            folder.Write($"{tree}/{at}.gitignore", string.Join('\n', Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pattern(random))) + "\n");
            files.Add($"{at}.gitignore");
        }

        foreach (var name in random.GetItems(Names, 6).Distinct())
        {
            if (depth < 3 && random.Next(2) == 0)
            {
                folder.MakeFolder($"{tree}/{at}{name}");
                files.AddRange(Grow(folder, random, tree, $"{at}{name}/", depth + 1));
            }
            else
            {
                folder.Write($"{tree}/{at}{name}", "");
                files.Add(at + name);
            }
        }

        return files;
    }

    private static string Pattern(Random random) =>
        (random.Next(5) == 0 ? "!" : "") + (random.Next(5) == 0 ? "/" : "")
        + string.Join('/', random.GetItems(Parts, random.Next(4) == 0 ? random.Next(2, 4) : 1))
        + (random.Next(4) == 0 ? "/" : "") + (random.Next(8) == 0 ? " " : "");

    private static async Task<string> GitAsync(string directory, string input, params string[] arguments) => (await CommandRun.RunAsync(new ProcessRequest
    {
        Program = "git",
        Arguments = arguments,
        WorkingDirectory = directory,
        Input = input,
        Environment = new Dictionary<string, string?> { ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["GIT_CONFIG_NOSYSTEM"] = "1", ["XDG_CONFIG_HOME"] = directory },
    })).Output;
}
