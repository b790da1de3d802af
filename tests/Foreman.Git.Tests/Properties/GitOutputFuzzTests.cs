using System.Text;
using Foreman.Git.Commands;
using Foreman.Git.Mirrors;
using Foreman.Git.Pushing;
using Foreman.Git.Trees;
using Foreman.Testing;

namespace Foreman.Git.Tests.Properties;

/// <summary>Whatever a server, a repository or a person writes: it is read within bounds, or is the failure of its source.</summary>
[Trait("Kind", "2")]
public sealed class GitOutputFuzzTests(ITestOutputHelper output)
{
    private static readonly string Sha = new('a', 40);

    [Fact]
    public void Lists_of_branches_have_names_that_are_used_only() => Fuzz(new FuzzTarget(
        "branches",
        Corpus($"ref: refs/heads/main\tHEAD\n{Sha}\tHEAD\n{Sha}\trefs/heads/main\n{Sha}\trefs/heads/a/b\n"),
        input => Assert.All(RemoteHeads.Parse(Encoding.UTF8.GetString(input)).Branches, b => Assert.True(BranchRules.Refusal(b.Key) is null && CommitName.IsWhole(b.Value)))));

    [Fact]
    public void Lists_of_changes_are_read_or_refused() => Fuzz(new FuzzTarget(
        "changes",
        Corpus($":100644 100644 {Sha} {Sha} M\0a.txt\0:000000 120000 {Sha} {Sha} A\0b\0001\t2\ta.txt\0-\t-\tb\0"),
        input => Assert.All(Staging.Parse(new GitAnswer(0, input, "")), c => Assert.True(c.Added >= 0 && c.Deleted >= 0)))
    { Allowed = [typeof(GitException)] });

    [Fact]
    public void What_joins_change_and_what_trees_hold_is_read() => Fuzz(new FuzzTarget(
        "joins",
        Corpus($":100644 160000 {Sha} {Sha} T\0a.txt\0:000000 120000 {Sha} {Sha} A\0b\0", $"100644 blob {Sha}    123\ta\tb", "a\n<<<<<<< x\nb\n=======\n"),
        input =>
        {
            var text = Encoding.UTF8.GetString(input);
            _ = Joins.Parse(new GitAnswer(0, input, ""));
            Assert.True(Joins.MarkedLine(text) is null or >= 1);
            Assert.True(TreeTexts.Entry.Of(text) is null or { Size: >= 0 });
        }));

    [Fact]
    public void Diffs_give_their_added_lines() => Fuzz(new FuzzTarget(
        "diffs",
        Corpus("diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1,2 @@\n-x\n+y\n+z\n\\ No newline at end of file\n", "+++ \"b/\\303\\244\"\n@@ -0,0 +1 @@\n+" + new string('x', 70_000)),
        input => StagedSecrets.ReadAsync(new MemoryStream(input), (text, _, _) => Assert.InRange(text.Length, 0, DiffLines.Longest), CancellationToken.None).GetAwaiter().GetResult())
    { MaxInputBytes = 256 << 10 });

    [Fact]
    public void Reports_of_pushes_and_messages_of_commits_are_read() => Fuzz(new FuzzTarget(
        "messages",
        Corpus("To x\n!\ta:refs/heads/b\t[rejected] (stale info)\nDone\n", "Fix\n\nForeman-Attempt: uid/3\n"),
        input =>
        {
            var text = Encoding.UTF8.GetString(input);
            _ = PushReport.Parse(text);
            _ = GitErrors.Classify(text);
            _ = AttemptMark.Find(text);
            Assert.Equal(new AttemptMark("own", 7), AttemptMark.Find(CommitMessage.Of(text, null, new AttemptMark("own", 7))));
        }));

    [Fact]
    public void Addresses_name_a_server_or_are_refused() => Fuzz(new FuzzTarget(
        "addresses",
        Corpus("owner/name", "https://git.example.com:8443/a/b/c.git", "file:///srv/x", "git@host:a/b"),
        input =>
        {
            var address = RepositoryAddress.Parse(Encoding.UTF8.GetString(input), AddressRules.Default);
            Assert.True(address.Url.StartsWith("https://", StringComparison.Ordinal) || new Uri(address.Url).IsLoopback, address.Url);
            Assert.DoesNotContain('@', address.Url);
            Assert.Equal(address, RepositoryAddress.Parse(address.Url, AddressRules.Default));
        })
    { Allowed = [typeof(GitException)] });

    [Fact]
    public void A_secret_scan_ends_soon() => Fuzz(new FuzzTarget(
        "secrets",
        Corpus("https://user:" + new string('x', 30) + "@host", "-----BEGIN A B C PRIVATE KEX-----", "ghp_" + new string('a', 30)),
        input => _ = new SecretScan(["a-known-value"]).Find(Encoding.Latin1.GetString(input))));

    /// <summary>Git itself is asked about names that we use.</summary>
    [Fact]
    public async Task Every_name_that_is_used_is_one_to_git()
    {
        var random = new Random(1);
        const string Letters = "ab/.-_@{}~^:?*[\\ +éHEADlock";
        var names = Enumerable.Range(0, 20_000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => Letters[random.Next(Letters.Length)])))
            .Where(n => BranchRules.Refusal(n) is null).Distinct().Take(100).ToList();

        Assert.Equal(100, names.Count);
        foreach (var name in names)
        {
            Assert.Equal(name, (await GitFolder.GitAsync(Path.GetTempPath(), "check-ref-format", "--branch", name)).TrimEnd('\n'));
        }
    }

    private void Fuzz(FuzzTarget target) => output.WriteLine($"{target.Name}: {Fuzzer.Run(target)}");

    private static byte[][] Corpus(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
