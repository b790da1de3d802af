using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Transcripts;

[Trait("Kind", "4")]
public sealed class JsonLinesTranscriptTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Records_are_read_back_as_they_were_written()
    {
        await WriteAsync(new RunStarted { TaskUid = "u", Attempt = 3 }, new ToolReturned { CallId = "000000001", Content = "line\nline", Failed = true });

        var records = await ReadAsync();

        Assert.Equal(("u", 3L), (((RunStarted)records[0]).TaskUid, ((RunStarted)records[0]).Attempt));
        Assert.Equal(("line\nline", true), (((ToolReturned)records[1]).Content, ((ToolReturned)records[1]).Failed));
    }

    [Fact]
    public async Task A_torn_last_line_is_passed_over_and_cut_off_by_the_next_writer()
    {
        await WriteAsync(new MessageSent { Role = "user", Content = "one" });
        await File.AppendAllTextAsync(Path, """{"type":"message","content":"tw""");

        Assert.Single(await ReadAsync());
        await WriteAsync(new MessageSent { Role = "user", Content = "three" });

        Assert.Equal(["one", "three"], (await ReadAsync()).Cast<MessageSent>().Select(m => m.Content));
    }

    [Fact]
    public async Task Beside_a_transcript_that_cannot_be_opened_nothing_is_removed()
    {
        Directory.CreateDirectory(Path);
        var unfinished = _folder.Write("runs/t.content/a.tmp", "under way");

        Assert.Throws<TranscriptException>(() => JsonLinesTranscript.Open(Path));

        Assert.True(File.Exists(unfinished));
        Directory.Delete(Path);
        await JsonLinesTranscript.Open(Path).DisposeAsync();
        Assert.False(File.Exists(unfinished));
    }

    [Fact]
    public async Task A_damaged_line_in_the_middle_is_named()
    {
        await WriteAsync(new MessageSent { Content = "one" });
        await File.AppendAllTextAsync(Path, "garbage\n");
        await WriteAsync(new MessageSent { Content = "two" });

        var e = await Assert.ThrowsAsync<TranscriptException>(ReadAsync);

        Assert.Contains("line 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_of_a_newer_release_does_not_stop_the_reading()
    {
        await WriteAsync(new MessageSent { Content = "one" });
        await File.AppendAllTextAsync(Path, """{"type":"weather","turn":4,"sun":true}""" + "\n");

        Assert.Equal(4, (await ReadAsync())[1].Turn);
    }

    [Fact]
    public async Task Only_the_owner_may_read_it()
    {
        await WriteAsync(new MessageSent { Content = "one" });

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        _folder.Write("file", "");

        Assert.Contains("file/t.jsonl", Assert.Throws<TranscriptException>(() => JsonLinesTranscript.Open(_folder["file/t.jsonl"])).Message, StringComparison.Ordinal);
    }

    private string Path => _folder["runs/t.jsonl"];

    [Fact]
    public async Task Large_texts_stand_in_files_beside_the_transcript_and_are_read_back()
    {
        var text = string.Concat(Enumerable.Repeat("漢字😀\"\n", 5000));
        await WriteAsync(
            new MessageSent { Role = "user", Content = text },
            new ToolReturned { CallId = "1", Content = text, Effects = [new FileEffect { Path = "a.bin", Bytes = new byte[50_000] }] });

        var records = await ReadAsync();

        Assert.Equal(text, ((MessageSent)records[0]).Content);
        var returned = (ToolReturned)records[1];
        Assert.Equal((text, null), (returned.Content, returned.ContentRef));
        Assert.Equal(new byte[50_000], JsonLinesTranscript.ReadContent(Path, returned.Effects![0].ContentRef!));
        Assert.True(new FileInfo(Path).Length < 10_000);
        Assert.Equal(2, Directory.GetFiles(Contents).Length);
    }

    [Fact]
    public async Task A_content_is_stored_once_also_across_processes_and_only_its_owner_may_read_it()
    {
        var text = new string('x', 20_000);
        await WriteAsync(new MessageSent { Content = text }, new ToolReturned { Content = text });
        var file = Assert.Single(Directory.GetFiles(Contents));
        var written = File.GetLastWriteTimeUtc(file);
        await WriteAsync(new ToolReturned { Content = text });

        Assert.Equal(written, File.GetLastWriteTimeUtc(Assert.Single(Directory.GetFiles(Contents))));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(3, (await ReadAsync()).Count);
    }

    [Fact]
    public async Task A_content_that_a_process_did_not_finish_is_removed_and_written_anew()
    {
        var text = new string('x', 20_000);
        var name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
        _folder.Write($"runs/t.content/{name}.tmp", "xx");

        await WriteAsync(new MessageSent { Content = text });

        Assert.Equal(text, ((MessageSent)(await ReadAsync())[0]).Content);
        Assert.Single(Directory.GetFiles(Contents));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("changed")]
    [InlineData("gone")]
    public async Task A_damaged_content_is_named(string how)
    {
        await WriteAsync(new MessageSent { Content = new string('x', 20_000) });
        var file = Assert.Single(Directory.GetFiles(Contents));
        switch (how)
        {
            case "cut":
                await File.WriteAllTextAsync(file, "x");
                break;
            case "changed":
                await File.WriteAllTextAsync(file, new string('y', 20_000));
                break;
            default:
                File.Delete(file);
                break;
        }

        var e = await Assert.ThrowsAsync<TranscriptException>(ReadAsync);

        Assert.Contains(System.IO.Path.GetFileName(file), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_content_s_name_leads_nowhere_else()
    {
        _folder.Write("runs/secret", "key");
        await WriteAsync(new MessageSent { Content = "x" });

        Assert.Throws<TranscriptException>(() => JsonLinesTranscript.ReadContent(Path, new ContentRef("../secret", 3)));
    }

    [Fact]
    public async Task A_line_without_an_end_is_not_read_into_memory_without_bound()
    {
        await WriteAsync(new MessageSent { Content = "one" });
        await using (var file = new FileStream(Path, FileMode.Append))
        {
            var part = new byte[1 << 20];
            Array.Fill(part, (byte)'x');
            for (var i = 0; i < 20; i++)
            {
                await file.WriteAsync(part);
            }

            await file.WriteAsync("\n"u8.ToArray());
        }

        var e = await Assert.ThrowsAsync<TranscriptException>(ReadAsync);

        Assert.Contains("line 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reserve_begins_before_the_limit_and_records_are_stored_beyond_it()
    {
        await using (var transcript = JsonLinesTranscript.Open(Path, new TranscriptLimits(100_000, 40_000)))
        {
            Assert.False(transcript.IsFull);
            await transcript.AppendAsync(new MessageSent { Content = new string('x', 50_000) }, CancellationToken.None);
            Assert.False(transcript.IsFull);
            await transcript.AppendAsync(new ToolReturned { Effects = [new FileEffect { Path = "a", Bytes = new byte[20_000] }] }, CancellationToken.None);
            Assert.True(transcript.IsFull);
            await transcript.AppendAsync(new RunEnded { Turn = 7 }, CancellationToken.None);
        }

        await using var again = JsonLinesTranscript.Open(Path, new TranscriptLimits(100_000, 40_000));
        Assert.True(again.IsFull);
        Assert.Equal(7, (await ReadAsync())[^1].Turn);
    }

    [Fact]
    public async Task The_end_of_a_turn_does_not_wait_for_the_disk_and_the_next_flush_does()
    {
        using var isBusy = new ManualResetEventSlim();
        var forced = 0;
        await using var transcript = JsonLinesTranscript.Open(Path, null, _ =>
        {
            isBusy.Wait(TestDeadline.Default);
            Interlocked.Increment(ref forced);
        });
        await transcript.FlushAsync(CancellationToken.None);

        await transcript.EndTurnAsync(CancellationToken.None);
        await transcript.AppendAsync(new MessageSent { Content = "while the disk is busy" }, CancellationToken.None);
        Assert.Equal(0, Volatile.Read(ref forced));
        Assert.Equal("while the disk is busy", Assert.IsType<MessageSent>(Assert.Single(await ReadAsync())).Content);

        var flushing = Task.Run(() => transcript.FlushAsync(CancellationToken.None).AsTask());
        isBusy.Set();
        await flushing.WaitAsync(TestDeadline.Default);
        Assert.Equal(2, Volatile.Read(ref forced));
    }

    [Fact]
    public async Task A_disk_that_fails_behind_a_turn_and_then_works_again_is_not_forgiven()
    {
        var times = 0;
        await using var transcript = JsonLinesTranscript.Open(Path, null, _ =>
        {
            if (Interlocked.Increment(ref times) == 1)
            {
                throw new IOException("broken once");
            }
        });
        await transcript.FlushAsync(CancellationToken.None);
        await transcript.EndTurnAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Volatile.Read(ref times) == 1, "the disk to fail");
        await transcript.EndTurnAsync(CancellationToken.None);

        for (var flush = 0; flush < 2; flush++)
        {
            var error = await Assert.ThrowsAsync<TranscriptException>(() => transcript.FlushAsync(CancellationToken.None).AsTask());
            Assert.Contains("broken once", error.Message, StringComparison.Ordinal);
            Assert.Contains(Path, error.Message, StringComparison.Ordinal);
        }
    }

    private string Contents => _folder["runs/t.content"];

    private async Task<IReadOnlyList<TranscriptRecord>> ReadAsync() =>
        await JsonLinesTranscript.ReadAsync(Path, CancellationToken.None).ToListAsync();

    private async Task WriteAsync(params TranscriptRecord[] records)
    {
        await using var transcript = JsonLinesTranscript.Open(Path);
        foreach (var record in records)
        {
            await transcript.AppendAsync(record, CancellationToken.None);
        }

        await transcript.FlushAsync(CancellationToken.None);
    }
}
