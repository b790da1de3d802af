using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Tests.Scenarios;

/// <summary>Whatever lies in a workspace and whatever a model asks for, a call ends soon, takes little memory and says what came of it.</summary>
[Trait("Kind", "3")]
public sealed class HostileInputTests : IDisposable
{
    private readonly ToolHarness _tools = new();

    public void Dispose() => _tools.Dispose();

    [Fact]
    public async Task A_file_of_four_million_lines_is_not_edited_and_says_what_to_do()
    {
        _ = _tools.WriteRepeated("a.txt", "x\n", 8_000_000);

        var outcome = await CallAsync("str_replace", """{"path":"a.txt","old_string":"y","new_string":"z"}""");

        Assert.Equal("error: `a.txt` has 8000000 bytes; files over 4194304 bytes are not read whole: call read_file with offset and limit, or grep", outcome.Text);
    }

    [Theory]
    [InlineData("\n", "x\n\n")]
    [InlineData("x\n", " x\n  y\n")]
    [InlineData("a", "aaaaaaaab")]
    [InlineData("\t\n", "    \n x")]
    [InlineData("if (a) {\n", "if (b) {\n")]
    public async Task A_miss_in_the_largest_file_is_answered_whatever_it_repeats(string filePart, string wantedPart)
    {
        _ = _tools.WriteRepeated("a.txt", filePart, ToolContext.MaxFileBytes);
        var arguments = $$"""{"path":"a.txt","old_string":{{ToolHarness.Quote(Repeated(wantedPart, 200_000) + "the end")}},"new_string":"z"}""";

        var first = await CallAsync("str_replace", arguments);
        var second = await CallAsync("str_replace", arguments);

        Assert.StartsWith("error: old_string does not occur in `a.txt`. The nearest text there is:", first.Text, StringComparison.Ordinal);
        Assert.Contains("call write_file", second.Text, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(second.Text), 1, 40_000);
    }

    [Fact]
    public async Task The_nearest_text_is_found_among_thirty_thousand_lines()
    {
        _tools.Write("a.txt", string.Concat(Enumerable.Range(0, 30_000).Select(i => $"    the value of entry {i} is {i * 7}\n")));
        var wanted = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"the value of entri {i} is {i * 7}\n"));

        var outcome = await CallAsync("str_replace", $$"""{"path":"a.txt","old_string":{{ToolHarness.Quote(wanted)}},"new_string":"z"}""");

        Assert.Contains("the value of entry", outcome.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(a|b)*a(a|b){990}c")]
    [InlineData("((a|b){1,30}){1,30}c")]
    [InlineData("(a?){500}a{500}c")]
    [InlineData("a{1000000000}")]
    [InlineData("((((((((((a+)+)+)+)+)+)+)+)+)+)+b")]
    [InlineData("x{2147483647}y{99999999999}")]
    public async Task A_pattern_that_is_large_once_written_out_is_refused(string pattern)
    {
        _ = _tools.WriteRepeated("a.txt", "a", 8 << 20);

        var outcome = await CallAsync("grep", $$"""{"pattern":{{ToolHarness.Quote(pattern)}}}""");

        Assert.StartsWith("error: pattern ", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("at most", outcome.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(a|b)*a(a|b){150}c")]
    [InlineData("(.*a){30}c")]
    [InlineData("(a?b?){60}c")]
    [InlineData("[^a]*a[^c]{300}c")]
    public async Task A_pattern_that_is_hard_ends_on_one_long_line(string pattern)
    {
        _ = _tools.WriteBytes("a.txt", new Random(1).GetItems("ab"u8, 8 << 20));

        var outcome = await CallAsync("grep", $$"""{"pattern":{{ToolHarness.Quote(pattern)}}}""");

        Assert.StartsWith("no matches for", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("[1 line longer than 65536 bytes searched in the beginning only]", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_a_hundred_gigabytes_is_answered_at_once()
    {
        await using (var file = File.Create(Path.Combine(_tools.Folder, "sparse.bin")))
        {
            file.SetLength(100L << 30);
        }

        Assert.Contains("is a binary file of 107374182400 bytes", (await CallAsync("read_file", """{"path":"sparse.bin"}""")).Text, StringComparison.Ordinal);
        Assert.Equal("no matches for x\n[1 binary file not searched]", (await CallAsync("grep", """{"pattern":"x"}""")).Text);
        Assert.Contains("are not read whole", (await CallAsync("str_replace", """{"path":"sparse.bin","old_string":"a","new_string":"b"}""")).Text, StringComparison.Ordinal);
        Assert.Contains("are not replaced", (await CallAsync("write_file", """{"path":"sparse.bin","content":"x"}""")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipes_sockets_and_circles_of_links_are_passed_over()
    {
        _tools.Write("a/b.txt", "needle\n");
        await Process.Start("mkfifo", [Path.Combine(_tools.Folder, "pipe")]).WaitForExitAsync();
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(_tools.Folder, "socket")));
        File.CreateSymbolicLink(Path.Combine(_tools.Folder, "a/up"), "..");
        File.CreateSymbolicLink(Path.Combine(_tools.Folder, "self"), "self");

        Assert.Equal("a/\na/b.txt", (await CallAsync("list_files", "{}")).Text);
        Assert.Equal("a/b.txt:1:needle", (await CallAsync("grep", """{"pattern":"needle"}""")).Text);
        foreach (var path in (string[])["pipe", "socket"])
        {
            foreach (var (tool, rest) in new[] { ("read_file", ""), ("grep", ",\"pattern\":\"x\""), ("write_file", ",\"content\":\"x\""), ("str_replace", ",\"old_string\":\"x\",\"new_string\":\"y\"") })
            {
                Assert.Equal($"error: `{path}` is not a regular file", (await CallAsync(tool, $$"""{"path":"{{path}}"{{rest}}}""")).Text);
            }
        }

        Assert.StartsWith("error: `self` is a symbolic link", (await CallAsync("list_files", """{"path":"self"}""")).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "2")]
    public async Task Names_that_are_no_text_or_steer_a_terminal_are_shown_safely()
    {
        _tools.Write("ok.txt", "needle\n");
        _tools.Write("evil\u001b[2J\u202etxt.exe", "needle\n");
        await Process.Start("sh", ["-c", $"cd '{_tools.Folder}' && echo needle > \"$(printf 'caf\\351')\""]).WaitForExitAsync();

        Assert.Equal("evil\\u001b[2J\\u202etxt.exe\nok.txt\n[1 name is not UTF-8: left out]", (await CallAsync("list_files", "{}")).Text);
        Assert.Equal("evil\\u001b[2J\\u202etxt.exe:1:needle\nok.txt:1:needle\n[1 name is not UTF-8: left out]", (await CallAsync("grep", """{"pattern":"needle"}""")).Text);
        foreach (var (path, code) in new[] { (@"a\u202eb", "U+202E"), (@"a\ufffdb", "U+FFFD"), (@"a\u0007b", "U+0007"), (@"a\u2066b", "U+2066") })
        {
            var told = (await CallAsync("write_file", $$"""{"path":"{{path}}","content":"x"}""")).Text;
            Assert.Contains($"holds the character {code}", told, StringComparison.Ordinal);
            Assert.DoesNotContain(JsonDocument.Parse($"\"{path}\"").RootElement.GetString()!, told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_directory_of_any_size_is_listed_in_order()
    {
        var many = _tools.MakeFolder("many");
        for (var i = 0; i < 20_000; i++)
        {
            File.Create(Path.Combine(many, $"f{i:D6}"), 0).Dispose();
        }

        _tools.Write("many/f019999", "needle\n");
        _tools.Write("z.txt", "needle\n");

        var listed = (await CallAsync("list_files", "{}")).Text.Split('\n');

        Assert.Equal(new[] { "many/", "many/f000000", "many/f000001" }, listed[..3]);
        Assert.Equal("[more than 500 entries; list a directory below]", listed[^1]);
        Assert.Equal("many/f019999:1:needle\nz.txt:1:needle", (await CallAsync("grep", """{"pattern":"needle"}""")).Text);
    }

    [Theory]
    [InlineData("read_file", """{"path":"a.txt","offset":2000000000}""")]
    [InlineData("grep", """{"pattern":"(a|b)*a(a|b){150}c"}""")]
    [InlineData("list_files", "{}")]
    public async Task A_stopped_call_ends_by_itself(string name, string arguments)
    {
        _ = _tools.WriteRepeated("a.txt", string.Concat(Enumerable.Repeat("ab", 30_000)) + "\n", 64 << 20);
        for (var i = 0; i < 2000; i++)
        {
            _tools.Write($"d/f{i}", "x");
        }

        using var stop = new CancellationTokenSource();
        using var workspace = Workspace.Open(_tools.Folder);
        var tool = ToolCatalog.All.Single(t => t.Definition.Name == name);
        var budget = new ToolBudget(TimeProvider.System, TimeSpan.FromMinutes(10), stop.Token);
        await stop.CancelAsync();

        var call = Task.Run(async () => await tool.RunAsync(JsonElement.Parse(arguments), new ToolContext(workspace, new ToolSettings(TimeSpan.FromSeconds(30))), budget));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    private static string Repeated(string part, int length)
    {
        var text = new StringBuilder(length);
        while (text.Length + part.Length <= length)
        {
            _ = text.Append(part);
        }

        return text.ToString();
    }

    private async Task<ToolOutcome> CallAsync(string tool, string arguments)
    {
        var outcome = await _tools.CallAsync(tool, arguments, CancellationToken.None);
        Assert.DoesNotContain("timed out", outcome.Text, StringComparison.Ordinal);
        return outcome;
    }
}
