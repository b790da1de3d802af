using Foreman.Api;
using Foreman.Testing;
using Foreman.Tools.Workspaces;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Tools.Tests;

/// <summary>Large results: kept outside of the workspace, read by the tools that read files.</summary>
public sealed class ResultFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ToolDispatcher _tools;

    public ResultFolderTests() => _tools = new ToolDispatcher(
        ToolCatalog.Of(KnownTools.Names), Workspace.Open(_folder.MakeFolder("work")), new ToolSettings(TimeSpan.FromSeconds(30)), TimeProvider.System, NullLogger.Instance)
    {
        ResultsDirectory = _folder["results"],
    };

    public void Dispose()
    {
        _tools.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_kept_result_is_read_on_and_searched_by_its_path()
    {
        var path = _tools.Keep("000000012", string.Concat(Enumerable.Range(1, 5000).Select(i => $"line {i}\n")));

        Assert.Equal("result:000000012", path);
        Assert.StartsWith("line 4000\nline 4001\n[total_lines: 5000; shown: 4000 to 4001", await CallAsync("read_file", """{"path":"result:000000012","offset":4000,"limit":2}"""), StringComparison.Ordinal);
        Assert.Equal("result:000000012:77:line 77", await CallAsync("grep", """{"path":"result:000000012","pattern":"^line 77$"}"""));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["work"]));
    }

    [Theory]
    [InlineData("result:000000099")]
    [InlineData("result:")]
    [InlineData("result:../work/a")]
    [InlineData("result:/etc/passwd")]
    public async Task A_result_that_is_not_kept_is_named_and_nothing_else_is_opened(string path)
    {
        _folder.Write("work/a", "secret");

        foreach (var tool in (string[])["read_file", "grep"])
        {
            var said = await CallAsync(tool, $$"""{"path":"{{path}}"{{(tool == "grep" ? ",\"pattern\":\"x\"" : "")}}}""");
            Assert.StartsWith($"error: `{path}` is not kept: call the tool again", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_has_no_room_is_not_kept_and_a_new_process_counts_what_is_there()
    {
        var folder = new ResultFolder(_folder["small"], 1000);

        Assert.Equal("result:1", folder.Keep("1", new string('x', 600)));
        Assert.Null(folder.Keep("2", new string('x', 600)));
        Assert.Null(new ResultFolder(_folder["small"], 1000).Keep("3", new string('x', 600)));
        Assert.Equal("result:4", new ResultFolder(_folder["small"], 1000).Keep("4", new string('x', 300)));
        Assert.Null(folder.Keep("../5", "x"));
    }

    [Fact]
    public void Streams_share_half_of_the_room_and_say_how_much_they_got_of_it()
    {
        var folder = new ResultFolder(_folder["shared"], 2000);
        var (output, errors) = folder.Copies();
        using var first = output;
        using var second = errors;

        first.Write(new byte[600]);
        second.Write(new byte[300]);
        first.Write(new byte[300]);
        first.Write(new byte[1]);

        Assert.Equal(($"result:{folder.Mark}output1", 700, true), (first.Path, first.Bytes, first.IsCut));
        Assert.Equal(($"result:{folder.Mark}errors1", 300, false), (second.Path, second.Bytes, second.IsCut));
        Assert.Equal("result:1", folder.Keep("1", new string('x', 1000)));
        Assert.Null(folder.Keep("2", "x"));
        Assert.NotEqual(folder.Mark, new ResultFolder(_folder["next"]).Mark);
        Assert.Equal(700, new FileInfo(_folder[$"shared/{folder.Mark}output1"]).Length);
    }

    [Fact]
    public void Other_results_find_room_however_much_commands_write_also_in_a_new_process()
    {
        var folder = new ResultFolder(_folder["shared"], 2000);
        for (var i = 0; i < 10; i++)
        {
            using var output = folder.Copies().Output;
            output.Write(new byte[1000]);
        }

        var (again, other) = new ResultFolder(_folder["shared"], 2000).Copies();
        again.Write(new byte[1]);
        other.Write(new byte[1000]);

        Assert.Equal((0L, 0L), (again.Bytes, other.Bytes));
        Assert.Equal(1000, new FileInfo(_folder[$"shared/{folder.Mark}output1"]).Length);
        Assert.Equal("result:1", new ResultFolder(_folder["shared"], 2000).Keep("1", new string('x', 1000)));
    }

    [Fact]
    public void A_stream_takes_the_place_of_no_earlier_one()
    {
        using var first = new ResultFolder(_folder["shared"], 2000).Copies().Output;
        first.Write(new byte[100]);
        using var second = new ResultFolder(_folder["shared"], 2000).Copies().Output;
        second.Write(new byte[1]);

        Assert.Equal((true, null, 100), (second.IsCut, second.Path, new FileInfo(Directory.GetFiles(_folder["shared"])[0]).Length));
    }

    [Fact]
    public async Task What_is_shown_of_a_stream_keeps_to_the_limit_with_its_nul_bytes_shown()
    {
        _folder.Write("results/1", string.Concat(Enumerable.Repeat($"{new string('\0', 99)}\n", 200)));

        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(await CallAsync("read_file", """{"path":"result:1"}""")), 15_000, 17_000);
    }

    [Fact]
    public void Streams_get_only_what_other_results_leave()
    {
        var folder = new ResultFolder(_folder["shared"], 2000);
        Assert.NotNull(folder.Keep("1", new string('x', 1800)));
        using var output = folder.Copies().Output;

        output.Write(new byte[500]);

        Assert.Equal((200, true), (output.Bytes, output.IsCut));
    }

    [Fact]
    public async Task A_kept_stream_with_nul_bytes_is_read_and_searched_like_another()
    {
        _folder.Write("results/1", $"first\0line\n{new string('\0', 100_000)}\nlast \0 line\n");
        _folder.Write("work/same", "first\0line\n");

        Assert.Equal("first\u2400line\n[total_lines: 3; shown: 1 to 1; \u2400 stands for NUL bytes]", await CallAsync("read_file", """{"path":"result:1","limit":1}"""));
        Assert.StartsWith("\u2400\u2400", await CallAsync("read_file", """{"path":"result:1","offset":2}"""), StringComparison.Ordinal);
        Assert.StartsWith("last \u2400 line\n[total_lines: 3; shown: 3 to 3", await CallAsync("read_file", """{"path":"result:1","offset":3}"""), StringComparison.Ordinal);
        Assert.StartsWith("result:1:3:last \u2400 line", await CallAsync("grep", """{"path":"result:1","pattern":"last"}"""), StringComparison.Ordinal);
        Assert.Contains("is a binary file", await CallAsync("read_file", """{"path":"same"}"""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_gets_nothing_or_can_not_be_written_has_no_path()
    {
        _folder.Write("taken", "");
        using var none = new ResultFolder(_folder["none"]).Copies().Output;
        using var failed = new ResultFolder(_folder["taken/below"]).Copies().Output;

        none.Write([]);
        failed.Write(new byte[10]);

        Assert.Equal((null, false), (none.Path, none.IsCut));
        Assert.Equal((null, true), (failed.Path, failed.IsCut));
        Assert.False(Directory.Exists(_folder["none"]));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_keeps_nothing()
    {
        _folder.Write("file", "");

        Assert.Null(new ResultFolder(_folder["file/below"]).Keep("1", "x"));
    }

    private async Task<string> CallAsync(string tool, string arguments) => (await _tools.RunAsync(new ToolCall("1", tool, arguments), CancellationToken.None)).Text;
}
