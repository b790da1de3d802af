using System.Security.Cryptography;
using System.Text;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Testing;
using Foreman.Tools.Workspaces;

namespace Foreman.AgentLoop.Tests.Transcripts;

public sealed class EarlierRunTests
{
    private static readonly TranscriptRecord[] Begun =
    [
        new RunStarted { TaskUid = "u", Attempt = 1 }, new MessageSent { Role = "system", Content = "old" }, new MessageSent { Role = "user", Content = "p" },
    ];

    [Fact]
    public void Text_binary_and_large_files_are_made_again_and_removed_ones_are_not()
    {
        using var folder = new TempFolder();
        var large = new byte[100_000];
        new Random(1).NextBytes(large);
        var beside = new ContentRef(Sha(large), large.Length);
        var run = From(
            [
                Effect("a/text.txt", "one"u8.ToArray(), asText: true), Effect("gone.txt", "x"u8.ToArray(), asText: true), Effect("a/bin", [0, 255, 7]),
                new FileEffect { Path = "large", ShaAfter = beside.Sha256, ContentRef = beside },
            ],
            [Effect("a/text.txt", "two"u8.ToArray(), asText: true), new FileEffect { Path = "gone.txt", ShaBefore = Sha("x"u8.ToArray()) }],
            name => name == beside ? large : throw new TranscriptException("no"));
        folder.Write("gone.txt", "of the base");

        using (var workspace = Workspace.Open(folder.Path))
        {
            run!.Restore(workspace);
        }

        Assert.Equal(["a/bin", "a/text.txt", "large"], Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder.Path, f)).Order(StringComparer.Ordinal));
        Assert.Equal("two", File.ReadAllText(folder["a/text.txt"]));
        Assert.Equal([0, 255, 7], File.ReadAllBytes(folder["a/bin"]));
        Assert.Equal(large, File.ReadAllBytes(folder["large"]));
        Assert.Equal(new ResumePoint { Attempt = 1, Turn = 2 }, run.Point);
    }

    [Fact]
    public void Modes_and_directories_are_made_again()
    {
        using var folder = new TempFolder();
        var run = From(
            [
                Made("empty", 0b111_101_101), Made("closed", 0b111_101_001), Effect("closed/a", [1]) with { Mode = 0b110_000_000 },
                Effect("run.sh", [1]) with { Mode = 0b111_101_101 }, Effect("plain", [1]), Made("emptied", 0b111_000_000), Made("dropped/in", 0b111_101_101),
                Effect("read-only", [1]) with { Mode = 0b100_100_100 },
            ],
            [
                Effect("run.sh", [2]) with { ShaBefore = Sha([1]) }, new FileEffect { Path = "of-base/file", ShaBefore = Sha([1]) }, new FileEffect { Path = "of-base", Directory = true },
                new FileEffect { Path = "dropped/in", Directory = true }, new FileEffect { Path = "dropped", Directory = true }, Effect("dropped", [3]),
            ],
            _ => []);
        folder.Write("of-base/file", "x");

        using (var workspace = Workspace.Open(folder.Path))
        {
            run!.Restore(workspace);
        }

        Assert.Equal(
            ["closed 751", "closed/a 600", "dropped 644", "emptied 700", "empty 755", "plain 644", "read-only 444", "run.sh 755"],
            new DirectoryInfo(folder.Path).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
                .Select(e => $"{Path.GetRelativePath(folder.Path, e.FullName)} {Convert.ToString((int)e.UnixFileMode, 8)}").Order(StringComparer.Ordinal));
        Assert.Equal([2], File.ReadAllBytes(folder["run.sh"]));
    }

    [Fact]
    public void Links_are_made_again_as_they_stood_and_nothing_is_written_through_them()
    {
        using var folder = new TempFolder();
        using var outside = new TempFolder();
        outside.Write("file", "outside");
        var run = From(
            [
                Linked("inside", "a/text"), Linked("leads/out", outside.Path), Linked("dangling", "../../nowhere"), Linked("was-file", "x"),
                Linked("was-directory", "x"), Linked("becomes-file", outside["file"]), Linked("becomes-directory", outside.Path), Linked("gone", "x"),
            ],
            [
                Effect("becomes-file", [1]), new FileEffect { Path = "becomes-directory" }, Effect("becomes-directory/file", [2]), new FileEffect { Path = "gone" },
                new FileEffect { Path = "was-directory/file", ShaBefore = Sha([1]) }, new FileEffect { Path = "was-directory", Directory = true }, Linked("was-directory", "y"),
            ],
            _ => []);
        folder.Write("was-file", "of the base");
        folder.Write("was-directory/file", "of the base");
        File.CreateSymbolicLink(folder["becomes-file"], outside["file"]);
        Directory.CreateSymbolicLink(folder["becomes-directory"], outside.Path);
        Directory.CreateSymbolicLink(folder["gone"], outside.Path);

        using (var workspace = Workspace.Open(folder.Path))
        {
            run!.Restore(workspace);
        }

        Assert.Equal(
            ["becomes-directory", "becomes-file", "dangling -> ../../nowhere", "inside -> a/text", "leads", $"leads/out -> {outside.Path}", "was-directory -> y", "was-file -> x"],
            new DirectoryInfo(folder.Path).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0 })
                .Concat(new DirectoryInfo(folder["leads"]).EnumerateFileSystemInfos())
                .Select(e => Path.GetRelativePath(folder.Path, e.FullName) + (e.LinkTarget is { } target ? $" -> {target}" : "")).Order(StringComparer.Ordinal));
        Assert.Equal([1], File.ReadAllBytes(folder["becomes-file"]));
        Assert.Equal([2], File.ReadAllBytes(folder["becomes-directory/file"]));
        Assert.Equal("outside", File.ReadAllText(outside["file"]));
        Assert.Equal(["file"], Directory.EnumerateFileSystemEntries(outside.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void Records_behind_a_link_that_can_not_be_made_again_are_left_out(string target)
    {
        var run = From([Effect("a", "one"u8.ToArray())], [Linked("b", target)], _ => []);

        Assert.Equal(["answer 0", "result 1", "answer 1", "intent 2"], run!.Records("new").Skip(2).Select(r => $"{Kind(r)} {r.Turn}"));
    }

    [Fact]
    public void A_mode_of_a_file_that_was_gone_meanwhile_does_not_come_back_and_no_mark_ever_does()
    {
        using var folder = new TempFolder();
        var run = From(
            [Effect("a", [1]) with { Mode = 0b111_101_101 }, Effect("b", [1]) with { Mode = 0b110_111_101_101 }],
            [new FileEffect { Path = "a", ShaBefore = Sha([1]) }, Effect("a", [2])],
            _ => []);

        using (var workspace = Workspace.Open(folder.Path))
        {
            run!.Restore(workspace);
        }

        Assert.Equal(["644", "755"], new[] { "a", "b" }.Select(f => Convert.ToString((int)File.GetUnixFileMode(folder[f]), 8)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Records_behind_a_content_that_is_gone_or_another_one_are_left_out(bool gone)
    {
        var beside = new ContentRef(Sha("large"u8.ToArray()), 5);
        var run = From(
            [Effect("a", "one"u8.ToArray())],
            [new FileEffect { Path = "b", ShaAfter = beside.Sha256, ContentRef = beside }],
            _ => gone ? throw new TranscriptException("gone") : "other"u8.ToArray());

        Assert.Equal(["answer 0", "result 1", "answer 1", "intent 2"], run!.Records("new").Skip(2).Select(r => $"{Kind(r)} {r.Turn}"));
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("a\u001bb")]
    [InlineData(".GIT/config")]
    [InlineData("~home")]
    public void Records_behind_a_file_that_can_not_be_made_again_are_left_out(string path)
    {
        var run = From([Effect("a", "one"u8.ToArray())], [Effect(path, "two"u8.ToArray())], _ => []);

        Assert.Equal(["answer 0", "result 1", "answer 1", "intent 2"], run!.Records("new").Skip(2).Select(r => $"{Kind(r)} {r.Turn}"));
    }

    [Fact]
    public void A_file_stands_where_a_directory_was_and_the_other_way_round()
    {
        using var folder = new TempFolder();
        var run = From(
            [Effect("a/one", [1]), Effect("b", [2])],
            [new FileEffect { Path = "a/one", ShaBefore = Sha([1]) }, Effect("a", [3]), new FileEffect { Path = "b", ShaBefore = Sha([2]) }, Effect("b/two", [4])],
            _ => []);

        using (var workspace = Workspace.Open(folder.Path))
        {
            run!.Restore(workspace);
        }

        Assert.Equal([3], File.ReadAllBytes(folder["a"]));
        Assert.Equal([4], File.ReadAllBytes(folder["b/two"]));
    }

    [Fact]
    public void A_run_that_ended_by_itself_is_not_gone_on_with_although_some_of_its_files_are_not_stored()
    {
        TranscriptRecord[] records = [.. Begun, new ModelAnswered(), new ToolReturned { Turn = 1, EffectsIncomplete = true }, new ModelAnswered { Turn = 1 }];

        Assert.Equal(1, EarlierRun.From("u", 1, records, _ => [], out var hasEnded)!.Point.Turn);
        Assert.False(hasEnded);
        Assert.Null(EarlierRun.From("u", 1, [.. records, new RunEnded { Result = new ResultEnvelope() }], _ => [], out hasEnded));
        Assert.True(hasEnded);
    }

    [Fact]
    public void The_system_message_is_that_of_the_new_attempt()
    {
        var run = From([Effect("a", [1])], [Effect("a", [2])], _ => []);

        Assert.Equal("new", run!.Records("new").OfType<MessageSent>().First().Content);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("MaxTurnsExhausted", true)]
    [InlineData("BudgetExhausted", true)]
    [InlineData("InferenceServiceUnavailable", false)]
    [InlineData("InfrastructureError", false)]
    public void Only_a_run_that_something_else_ended_is_gone_on_with(string? reason, bool ended)
    {
        var end = new RunEnded { Result = new ResultEnvelope { FailureReason = reason is null ? null : new FailureReason(reason) } };
        var run = EarlierRun.From("u", 1, [.. Begun, new ModelAnswered(), end], _ => [], out var hasEnded);

        Assert.Equal((ended, !ended), (hasEnded, run is not null));
    }

    [Fact]
    public void What_the_run_was_told_first_and_could_not_be_told_is_kept()
    {
        var told = EarlierRun.From("u", 1, [.. Begun, new ModelAnswered(), new MessageSent { Role = "user", Content = "later", Turn = 1 }], _ => [], out _)!;
        var untold = EarlierRun.From("u", 1, [new RunStarted { TaskUid = "u", Attempt = 1, IssueError = "issue #1 can't be read" }, .. Begun.Skip(1), new ModelAnswered()], _ => [], out _)!;

        Assert.Equal(("p", (string?)null), (told.Prompt, told.IssueError));
        Assert.Equal(("p", "issue #1 can't be read"), (untold.Prompt, untold.IssueError));
    }

    [Fact]
    public void A_copy_that_was_not_finished_is_nothing_to_go_on_from()
    {
        var start = new RunStarted { TaskUid = "u", Attempt = 2, ResumedFrom = new ResumePoint { Attempt = 1, Turn = 3 } };

        Assert.Null(EarlierRun.From("u", 2, [start, new ModelAnswered()], _ => [], out _));
        Assert.NotNull(EarlierRun.From("u", 2, [start, new ModelAnswered(), new RunResumed { Attempt = 1 }], _ => [], out _));
    }

    [Fact]
    public void Another_task_attempt_or_format_and_a_run_without_an_answer_are_nothing_to_go_on_from()
    {
        TranscriptRecord[] good = [.. Begun, new ModelAnswered()];

        Assert.NotNull(EarlierRun.From("u", 1, good, _ => [], out _));
        Assert.Null(EarlierRun.From("other", 1, good, _ => [], out _));
        Assert.Null(EarlierRun.From("u", 2, good, _ => [], out _));
        Assert.Null(EarlierRun.From("u", 1, good.Skip(1), _ => [], out _));
        Assert.Null(EarlierRun.From("u", 1, [new RunStarted { TaskUid = "u", Attempt = 1, Format = TranscriptRecord.CurrentFormat + 1 }, .. good.Skip(1)], _ => [], out _));
        Assert.Null(EarlierRun.From("u", 1, Begun, _ => [], out _));
    }

    private static EarlierRun? From(FileEffect[] first, FileEffect[] second, Func<ContentRef, byte[]> read) => EarlierRun.From(
        "u", 1,
        [
            .. Begun,
            new ModelAnswered { Turn = 0 }, new ToolReturned { Turn = 1, Effects = first },
            new ModelAnswered { Turn = 1 }, new ToolIntended { Turn = 2 }, new ToolReturned { Turn = 2, Effects = second },
        ],
        read, out _);

    private static FileEffect Made(string path, int mode) => new() { Path = path, Directory = true, Mode = mode };

    private static FileEffect Linked(string path, string target) => new() { Path = path, Link = target };

    private static FileEffect Effect(string path, byte[] content, bool asText = false) => new()
    {
        Path = path,
        ShaAfter = Sha(content),
        Content = asText ? Encoding.UTF8.GetString(content) : null,
        Bytes = asText ? null : content,
    };

    private static string Kind(TranscriptRecord record) => record switch { ModelAnswered => "answer", ToolReturned => "result", ToolIntended => "intent", _ => "other" };

    private static string Sha(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
