using Foreman.Api;
using Foreman.Sandbox;
using Foreman.Testing;

namespace Foreman.Tools.Tests.Shell;

/// <summary>The tool in the real cage of this host.</summary>
public sealed class BashToolTests
{
    [Fact]
    public async Task What_a_command_wrote_is_returned_and_its_exit_code_last()
    {
        using var tools = await HarnessAsync();

        Assert.Equal("a\n[stderr]\nb\nexit code: 2", (await RunAsync(tools, "echo a; echo b >&2; exit 2")).Text);
        Assert.Equal("exit code: 0", (await RunAsync(tools, "true")).Text);
        Assert.Equal("no end\nexit code: 0", (await RunAsync(tools, "printf 'no end'")).Text);
    }

    [Fact]
    public async Task New_changed_and_removed_files_are_its_effects()
    {
        using var tools = await HarnessAsync();
        tools.Write("kept.txt", "kept");
        tools.Write("old.txt", "old");
        tools.Write("gone.txt", "gone");

        var outcome = await RunAsync(tools, "printf new > new.txt; printf newer > old.txt; rm gone.txt; touch kept.txt; mkdir -p d; printf x > d/x");

        Assert.Equal(["d/x", "gone.txt", "new.txt", "old.txt"], outcome.Changes.Select(c => c.Path));
        Assert.Equal([false, true, false, true], outcome.Changes.Select(c => c.ShaBefore is not null));
        Assert.Equal(["x", null, "new", "newer"], outcome.Changes.Select(c => c.TextContent));
        Assert.False(outcome.ChangesAreIncomplete);
        Assert.Empty((await RunAsync(tools, "cat new.txt")).Changes);
    }

    [Fact]
    public async Task Modes_and_directories_are_its_effects_too()
    {
        using var tools = await HarnessAsync();
        tools.Write("old.sh", "true");
        tools.Write("emptied/file", "x");
        tools.Write("gone/file", "x");

        var outcome = await RunAsync(tools, "umask 022; chmod 755 old.sh; printf x > new.sh; chmod 700 new.sh; mkdir -p a/b c; printf x > c/x; mkdir -m 711 closed; printf x > closed/x; rm emptied/file; rm -r gone");

        Assert.Equal(
            ["a/b 755/", "c/x 644", "closed 711/", "closed/x 644", "emptied 755/", "emptied/file", "gone /", "gone/file", "new.sh 700", "old.sh 755"],
            outcome.Changes.Select(c => $"{c.Path} {(c.Mode is { } mode ? Convert.ToString(mode, 8) : "")}{(c.IsDirectory ? "/" : "")}".TrimEnd()));
        Assert.Equal(["true"], outcome.Changes.Where(c => c.ShaBefore == c.ShaAfter && !c.IsDirectory).Select(c => c.TextContent));
        Assert.False(outcome.ChangesAreIncomplete);
        Assert.Empty((await RunAsync(tools, "ls -R")).Changes);
        Assert.Equal(["a/b", "a/b/x"], (await RunAsync(tools, "printf x > a/b/x; chmod 750 a/b")).Changes.Select(c => c.Path));
    }

    [Fact]
    public async Task A_file_that_becomes_a_directory_and_back_is_told_in_an_order_that_can_be_followed()
    {
        using var tools = await HarnessAsync();
        tools.Write("x", "file");

        var there = await RunAsync(tools, "rm x; mkdir x");
        var back = await RunAsync(tools, "rmdir x; printf file > x");

        Assert.Equal([(false, null), (true, (int?)0b111_101_101)], there.Changes.Select(c => (c.IsDirectory, c.Mode)));
        Assert.Equal([(true, (int?)null), (false, 0b110_100_100)], back.Changes.Select(c => (c.IsDirectory, c.Mode)));
    }

    [Fact]
    public async Task Links_are_its_effects_too_as_they_stand()
    {
        using var tools = await HarnessAsync();
        tools.Write("file", "x");
        tools.Write("other/file", "x");

        var made = await RunAsync(tools, "ln -s file in; ln -s /etc/passwd out; ln -s nowhere 'far one'; mkdir d; ln -s ../file d/up; rm -r other; ln -s d other");
        var changed = await RunAsync(tools, "ln -sfn other in; rm out; rm 'far one'; printf y > 'far one'; rm d/up; rm other; mkdir other");

        Assert.Equal(
            ["d/up -> ../file", "far one -> nowhere", "in -> file", "other", "other -> d", "other/file", "out -> /etc/passwd"],
            made.Changes.Select(c => c.Path + (c.LinkTarget is { } target ? $" -> {target}" : "")));
        Assert.False(made.ChangesAreIncomplete);
        Assert.Equal(
            ["d", "d/up", "far one", "in -> other", "other", "other", "out"],
            changed.Changes.Select(c => c.Path + (c.LinkTarget is { } target ? $" -> {target}" : "")));
        Assert.Equal([false, true], changed.Changes.Where(c => c.Path == "other").Select(c => c.IsDirectory));
        Assert.Equal("y", changed.Changes.Single(c => c.Path == "far one").TextContent);
        Assert.False(changed.ChangesAreIncomplete);
        Assert.Empty((await RunAsync(tools, "ls -lR")).Changes);
    }

    [Fact]
    public async Task What_changes_between_calls_is_told_and_is_an_effect_of_the_next_call()
    {
        using var tools = await HarnessAsync();
        tools.Write("old.txt", "old");
        tools.Write("gone.txt", "gone");
        _ = await RunAsync(tools, "true");
        _ = tools.Call(KnownTools.WriteFile, """{"path":"told/by-tool.txt","content":"told"}""");
        _ = tools.Call(KnownTools.WriteFile, """{"path":"both.txt","content":"by the tool"}""");

        tools.Write("old.txt", "newer");
        tools.Write("new.txt", "new");
        tools.Write("both.txt", "behind the tool");
        File.Delete(Path.Combine(tools.Folder, "gone.txt"));
        var outcome = await RunAsync(tools, "printf x > mine.txt");

        Assert.Equal("[changed between this call and the one before, by neither: both.txt, gone.txt, new.txt, old.txt]\nexit code: 0", outcome.Text);
        Assert.Equal(["both.txt", "gone.txt", "mine.txt", "new.txt", "old.txt"], outcome.Changes.Select(c => c.Path));
        Assert.Equal(["behind the tool", null, "x", "new", "newer"], outcome.Changes.Select(c => c.TextContent));
        Assert.Equal([true, true, false, false, true], outcome.Changes.Select(c => c.ShaBefore is not null));
        Assert.False(outcome.ChangesAreIncomplete);
        Assert.Equal("exit code: 0", (await RunAsync(tools, "true")).Text);
    }

    [Fact]
    public async Task Files_that_tools_write_between_commands_are_no_effects_of_commands()
    {
        using var tools = await HarnessAsync();
        tools.Write("edited.sh", "echo one\n");
        _ = await RunAsync(tools, "chmod 755 edited.sh");
        _ = tools.Replace("edited.sh", "one", "two");
        _ = tools.Call(KnownTools.WriteFile, """{"path":"a/b/new.txt","content":"x"}""");

        var outcome = await RunAsync(tools, "./edited.sh");

        Assert.Equal("two\nexit code: 0", outcome.Text);
        Assert.Empty(outcome.Changes);
    }

    [Fact]
    public async Task A_link_that_gitignore_leaves_out_is_no_effect()
    {
        using var tools = await HarnessAsync();
        tools.Write(".gitignore", "ignored\n");

        var outcome = await RunAsync(tools, "printf x > small; ln -s small ignored");

        Assert.Equal("small", Assert.Single(outcome.Changes).Path);
    }

    [Fact]
    public async Task Outputs_of_a_repository_that_gitignore_leaves_out_are_no_effects_and_hide_none()
    {
        using var plain = await HarnessAsync();
        using var repository = await HarnessAsync(isRepository: true);
        plain.Write(".gitignore", "build/\n");
        repository.Write(".gitignore", "build/\n");
        const string Command = "mkdir build; printf x > build/out; printf x > small";

        var (hidden, known) = (await RunAsync(plain, Command), await RunAsync(repository, Command));

        Assert.Equal((true, false), (hidden.ChangesAreIncomplete, known.ChangesAreIncomplete));
        Assert.Equal("small", Assert.Single(known.Changes).Path);
        Assert.False((await RunAsync(repository, "printf y > build/out; rm small")).ChangesAreIncomplete);
    }

    [Fact]
    public async Task In_a_repository_a_file_that_is_ignored_already_or_from_now_on_is_not_known()
    {
        using var first = await HarnessAsync(isRepository: true);
        using var second = await HarnessAsync(isRepository: true);
        first.Write(".gitignore", "*.lock\n");
        first.Write("of-the-commit.lock", "one");
        second.Write("of-the-commit.lock", "one");

        Assert.True((await RunAsync(first, "printf two > of-the-commit.lock")).ChangesAreIncomplete);
        Assert.True((await RunAsync(second, "printf '*.lock' > .gitignore")).ChangesAreIncomplete);
        Assert.False((await RunAsync(second, "printf y > other")).ChangesAreIncomplete);
    }

    [Fact]
    public async Task A_file_that_a_command_dates_back_is_an_effect_all_the_same()
    {
        using var tools = await HarnessAsync();
        tools.Write("a.txt", "one");
        _ = await RunAsync(tools, "true");

        var outcome = await RunAsync(tools, "cp -p a.txt b; printf two > a.txt; touch -r b a.txt; rm b");

        Assert.Equal("two", Assert.Single(outcome.Changes).TextContent);
    }

    [Fact]
    public async Task A_change_that_is_too_large_to_keep_is_told()
    {
        using var tools = await HarnessAsync();

        var outcome = await RunAsync(tools, "head -c 6000000 /dev/zero > large; printf x > small");

        Assert.Equal("small", Assert.Single(outcome.Changes).Path);
        Assert.True(outcome.ChangesAreIncomplete);
    }

    [Theory]
    [InlineData("printf x > small; ln -s \"$(printf 'a\\377b')\" link")]
    [InlineData("printf x > small; mkfifo pipe")]
    [InlineData("printf x > small; printf y > \"$(printf 'a\\033b')\"")]
    [InlineData("printf x > small; printf y > '~home'")]
    [InlineData("printf x > small; mkdir .GIT; printf y > .GIT/config")]
    public async Task What_can_not_be_made_again_elsewhere_is_told(string command)
    {
        using var tools = await HarnessAsync();

        var outcome = await RunAsync(tools, command);

        Assert.Equal("small", Assert.Single(outcome.Changes).Path);
        Assert.True(outcome.ChangesAreIncomplete);
    }

    [Fact]
    public async Task A_change_of_a_file_that_is_too_large_to_look_at_is_told()
    {
        using var tools = await HarnessAsync();
        _ = await RunAsync(tools, "truncate -s 600M large");

        var outcome = await RunAsync(tools, "printf x | dd of=large conv=notrunc status=none");

        Assert.Equal("exit code: 0", outcome.Text);
        Assert.True(outcome.ChangesAreIncomplete);
    }

    [Fact]
    public async Task Effects_are_known_whatever_code_a_command_ends_with()
    {
        using var tools = await HarnessAsync();

        var outcome = await RunAsync(tools, "printf x > new.txt; exit 125");

        Assert.Equal("exit code: 125", outcome.Text);
        Assert.Equal("new.txt", Assert.Single(outcome.Changes).Path);
    }

    [Fact]
    public async Task A_command_that_is_not_done_in_time_says_so_and_its_effects_are_known()
    {
        using var tools = await HarnessAsync(TimeSpan.FromSeconds(2));

        var outcome = await RunAsync(tools, "printf x > begun; sleep 100");

        Assert.Equal("[the command was ended: it was not done after 2 s; run it in smaller steps]\nexit code: none", outcome.Text);
        Assert.Equal("begun", Assert.Single(outcome.Changes).Path);
    }

    [Fact]
    public async Task A_run_that_is_stopped_still_learns_what_its_command_did()
    {
        using var tools = await HarnessAsync();
        using var stop = new CancellationTokenSource();
        var running = tools.CallAsync(KnownTools.Bash, $$"""{"command":{{ToolHarness.Quote("printf x > begun; sleep 100")}}}""", stop.Token);
        await Foreman.Testing.Eventually.TrueAsync(() => File.Exists(Path.Combine(tools.Folder, "begun")), "the command to begin");

        await stop.CancelAsync();

        Assert.Equal("begun", Assert.Single((await running).Changes).Path);
    }

    [Fact]
    public async Task The_rest_of_a_long_output_is_counted()
    {
        using var tools = await HarnessAsync();

        var text = (await RunAsync(tools, "seq 1 100000")).Text;

        Assert.StartsWith("1\n2\n3\n", text, StringComparison.Ordinal);
        Assert.EndsWith("99999\n100000\nexit code: 0", text, StringComparison.Ordinal);
        Assert.Contains("bytes left out; run the command again with its output in a file", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_output_is_kept_whole_and_read_on_by_its_path()
    {
        using var results = new TempFolder();
        using var tools = await HarnessAsync(results: results["kept"]);
        var mark = new ResultFolder(results["kept"]).Mark;

        var text = (await RunAsync(tools, "seq 1 100000; seq 100001 150000 >&2")).Text;
        var again = (await RunAsync(tools, "seq 1 100000")).Text;

        Assert.StartsWith("1\n2\n3\n", text, StringComparison.Ordinal);
        Assert.Contains($"bytes left out; all of it is kept: read_file or grep with path \"result:{mark}output1\"]", text, StringComparison.Ordinal);
        Assert.Contains($"all of it is kept: read_file or grep with path \"result:{mark}errors1\"]", text, StringComparison.Ordinal);
        Assert.EndsWith("149999\n150000\nexit code: 0", text, StringComparison.Ordinal);
        Assert.Contains($"result:{mark}output2", again, StringComparison.Ordinal);
        Assert.StartsWith("50000\n50001\n[total_lines: ", tools.Call(KnownTools.ReadFile, $$"""{"path":"result:{{mark}}output1","offset":50000,"limit":2}""").Text, StringComparison.Ordinal);
        Assert.Equal($"result:{mark}errors1:23456:123456", tools.Call(KnownTools.Grep, $$"""{"path":"result:{{mark}}errors1","pattern":"^123456$"}""").Text);
        Assert.Equal([$"{mark}errors1", $"{mark}output1", $"{mark}output2"], Directory.GetFiles(results["kept"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_output_without_end_is_kept_up_to_its_bound_and_leaves_room_for_others()
    {
        using var results = new TempFolder();
        using var tools = await HarnessAsync(results: results["kept"]);
        var mark = new ResultFolder(results["kept"]).Mark;

        var text = (await RunAsync(tools, "yes 2>/dev/null | head -c 40000000; yes 2>/dev/null | head -c 20000 >&2")).Text;

        Assert.Contains($"the first {ResultCopy.DefaultMaxBytes} bytes are kept: read_file or grep with path \"result:{mark}output1\"]", text, StringComparison.Ordinal);
        Assert.Contains($"all of it is kept: read_file or grep with path \"result:{mark}errors1\"]", text, StringComparison.Ordinal);
        Assert.Equal([20000, ResultCopy.DefaultMaxBytes], Directory.GetFiles(results["kept"]).Order(StringComparer.Ordinal).Select(f => new FileInfo(f).Length));
    }

    [Fact]
    public async Task The_exit_code_of_a_command_is_part_of_its_outcome()
    {
        using var tools = await HarnessAsync();
        using var hasty = await HarnessAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(3, (await RunAsync(tools, "exit 3")).ExitCode);
        Assert.Equal(0, (await RunAsync(tools, "true")).ExitCode);
        Assert.Null((await RunAsync(hasty, "sleep 100")).ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("a\0b")]
    public async Task No_command_is_refused(string command)
    {
        using var tools = await HarnessAsync();

        Assert.Equal("error: command is empty or holds a NUL character", (await RunAsync(tools, command)).Text);
    }

    [Fact]
    public async Task Without_a_cage_nothing_runs()
    {
        using var tools = new ToolHarness();

        Assert.Equal("error: this host has no sandbox for commands", (await RunAsync(tools, "touch x")).Text);
        Assert.False(File.Exists(Path.Combine(tools.Folder, "x")));
    }

    private static async Task<ToolHarness> HarnessAsync(TimeSpan? timeout = null, bool isRepository = false, string? results = null)
    {
        var (cage, reason) = await Cages.FindAsync(Cages.OfHost(), TimeProvider.System, CancellationToken.None);
        Assert.SkipWhen(cage is null, reason ?? "");
        return new ToolHarness(settings: new ToolSettings(TimeSpan.FromSeconds(30)) { Cage = cage, CommandTimeout = timeout ?? TimeSpan.FromSeconds(60), IsRepository = isRepository }, results: results);
    }

    private static Task<ToolOutcome> RunAsync(ToolHarness tools, string command) =>
        tools.CallAsync(KnownTools.Bash, $$"""{"command":{{ToolHarness.Quote(command)}}}""", CancellationToken.None);
}
