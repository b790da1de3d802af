using System.Text;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;

namespace Foreman.AgentLoop.Tests.Transcripts;

[Trait("Kind", "4")]
public sealed class LargeContentTests
{
    [Fact]
    public void Short_records_stay_as_they_are()
    {
        var record = new ToolReturned { CallId = "1", Content = new string('x', LargeContent.MaxInlineBytes), Effects = [new FileEffect { Path = "a", Content = "b" }] };

        Assert.Same(record, LargeContent.Split(record, out var contents));
        Assert.Empty(contents);
    }

    [Fact]
    public void A_large_result_leaves_its_beginning_its_size_and_its_hash()
    {
        var text = new string('x', LargeContent.MaxInlineBytes) + "y";

        var slim = (ToolReturned)LargeContent.Split(new ToolReturned { Content = text }, out var contents);

        Assert.Equal(text[..LargeContent.HeadCharacters], slim.Content);
        Assert.Equal(text.Length, slim.ContentRef!.Size);
        var side = Assert.Single(contents);
        Assert.Equal(slim.ContentRef, side.Ref);
        Assert.Equal(text, Encoding.UTF8.GetString(side.Bytes.Span));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(side.Bytes.Span)), side.Ref.Sha256);
    }

    [Fact]
    public void A_changed_file_stands_beside_its_record_without_a_copy()
    {
        var bytes = new byte[100_000];

        var slim = (ToolReturned)LargeContent.Split(new ToolReturned { Content = "wrote", Effects = [new FileEffect { Path = "a", Bytes = bytes }] }, out var contents);

        Assert.Equal(("wrote", 100_000L), (slim.Content, slim.Effects![0].ContentRef!.Size));
        Assert.Null(slim.Effects[0].Content);
        Assert.Null(slim.Effects[0].Bytes);
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(Assert.Single(contents).Bytes, out var stored) && ReferenceEquals(stored.Array, bytes));
    }

    [Fact]
    public void An_image_stands_beside_its_record_however_small_it_is()
    {
        var image = new SentImage { Name = "a.png", MediaType = "image/png", Width = 1, Height = 1, Bytes = [1, 2, 3] };
        foreach (var record in new TranscriptRecord[] { new MessageSent { Content = "p", Images = [image, image] }, new ToolReturned { Content = "r", Images = [image, image] } })
        {
            var slim = LargeContent.Split(record, out var contents);
            var joined = LargeContent.Join(slim, name => contents.First(c => c.Ref == name).Bytes.ToArray());

            Assert.Equal((2, contents[0].Ref), (contents.Count, contents[1].Ref));
            Assert.All(ImagesOf(slim), i => Assert.Equal((null, contents[0].Ref, "a.png"), (i.Bytes, i.ContentRef, i.Name)));
            Assert.All(ImagesOf(joined), i => Assert.Equal((3, null), (i.Bytes!.Length, i.ContentRef)));
        }
    }

    private static IReadOnlyList<SentImage> ImagesOf(TranscriptRecord record) => (record as MessageSent)?.Images ?? ((ToolReturned)record).Images!;

    [Fact]
    public void A_beginning_splits_no_character()
    {
        var text = new string('x', LargeContent.HeadCharacters - 1) + string.Concat(Enumerable.Repeat("😀", 10_000));

        var slim = (MessageSent)LargeContent.Split(new MessageSent { Content = text }, out _);

        Assert.Equal(new string('x', LargeContent.HeadCharacters - 1), slim.Content);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4711)]
    [InlineData(815)]
    public void What_was_taken_out_is_put_back_as_it_was(int seed)
    {
        var random = new Random(seed);
        string Text() => string.Concat(Enumerable.Range(0, random.Next(0, 12_000)).Select(_ => random.Next(4) switch { 0 => "ü", 1 => "漢", 2 => "😀", _ => "\"x\\\n" }));
        for (var i = 0; i < 50; i++)
        {
            TranscriptRecord[] records =
            [
                new MessageSent { Role = "user", Content = Text() },
                new ToolReturned { CallId = "1", Content = Text() },
                new ModelAnswered { Content = Text(), Reasoning = Text(), ToolCalls = [new ToolCall("1", "a", Text()), new ToolCall("2", "b", Text())] },
            ];
            foreach (var record in records)
            {
                var slim = LargeContent.Split(record, out var contents);
                var stored = contents.DistinctBy(c => c.Ref.Sha256).ToDictionary(c => c.Ref.Sha256, c => c.Bytes.ToArray());

                Assert.Equal(Json(record), Json(LargeContent.Join(slim, r => stored[r.Sha256])));
                Assert.True(Json(slim).Length < 5 * LargeContent.MaxInlineBytes * 2);
            }
        }
    }

    private static string Json(TranscriptRecord record)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        TranscriptLine.Write(record, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
