using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Model;

[Trait("Kind", "5")]
public sealed class CallAssemblerTests
{
    private const string A = """{"path":"a.txt","content":"{\"a\":[1]}"}""";
    private const string B = """{"path":"b.txt"}""";

    [Theory]
    [InlineData(0, "call_a", 1, "call_b")]
    [InlineData(0, "call_a", 0, "call_b")]
    [InlineData(0, null, 0, null)]
    [InlineData(0, "same", 0, "same")]
    [InlineData(null, "call_a", null, "call_b")]
    [InlineData(null, null, null, null)]
    [InlineData(0, null, 1, null)]
    [InlineData(0, "call_a", 0, null)]
    public void Two_whole_calls_stay_two_however_they_are_numbered(int? firstIndex, string? firstId, int? secondIndex, string? secondId)
    {
        Assert.Equal(
            [new RawToolCall("write_file", A), new RawToolCall("write_file", B)],
            Build(new(firstIndex, firstId, "write_file", A), new(secondIndex, secondId, "write_file", B)));
        Assert.Equal(
            [new RawToolCall("write_file", A), new RawToolCall("read_file", B)],
            Build(new(firstIndex, firstId, "write_file", A), new(secondIndex, secondId, "read_file", B)));
    }

    [Theory]
    [InlineData(0, "id", "write_file", 0, null, null)]
    [InlineData(0, "id", "write_file", 0, "id", "write_file")]
    [InlineData(0, "id", "write_file", 0, "id", null)]
    [InlineData(0, null, "write_file", 0, null, "write_file")]
    [InlineData(null, null, "write_file", null, null, null)]
    [InlineData(null, "id", "write_file", null, "id", null)]
    [InlineData(null, "id", "write_file", null, null, null)]
    [InlineData(0, "id", "write_file", null, null, null)]
    [InlineData(null, "id", "write_file", 3, null, null)]
    public void The_pieces_of_one_call_stay_one(int? index, string? id, string? name, int? nextIndex, string? nextId, string? nextName)
    {
        for (var size = 1; size < A.Length; size++)
        {
            var pieces = A.Chunk(size).Select(c => new ToolCallDelta(nextIndex, nextId, nextName, new string(c)));
            Assert.Equal([new RawToolCall("write_file", A)], Build([new(index, id, name, ""), .. pieces]));
        }
    }

    [Fact]
    public void An_id_that_changes_in_mid_call_changes_nothing()
    {
        var pieces = A.Chunk(7).Select((c, i) => new ToolCallDelta(0, $"chatcmpl-tool-{i}", null, new string(c)));

        Assert.Equal([new RawToolCall("write_file", A)], Build([new(0, "call_1", "write_file", null), .. pieces]));
        Assert.Equal([new RawToolCall("write_file", A)], Build([new(null, "call_1", "write_file", null), .. pieces.Select(p => p with { Index = null })]));
    }

    [Fact]
    public void An_id_may_come_before_the_name() => Assert.Equal(
        [new RawToolCall("write_file", A)],
        Build(new(0, "call_1", null, ""), new(0, null, "write_file", ""), new(0, null, null, A)));

    [Fact]
    public void Calls_whose_pieces_are_mixed_are_told_apart_by_index_or_id()
    {
        RawToolCall[] expected = [new("write_file", A), new("read_file", B)];

        Assert.Equal(expected, Build(new(0, "a", "write_file", A[..9]), new(1, "b", "read_file", B[..5]), new(0, null, null, A[9..]), new(1, null, null, B[5..])));
        Assert.Equal(expected, Build(new(null, "a", "write_file", A[..9]), new(null, "b", "read_file", B[..5]), new(null, "a", null, A[9..]), new(null, "b", null, B[5..])));
    }

    [Fact]
    public void A_whole_call_that_is_repeated_at_the_end_counts_once() =>
        Assert.Equal([new RawToolCall("write_file", A)], Build(new(0, "a", "write_file", A[..9]), new(0, "a", null, A[9..]), new(0, "a", "write_file", A)));

    [Fact]
    public void Calls_of_an_answer_that_is_no_stream_are_never_put_together() => Assert.Equal(
        2, Build(new(null, "same", "read_file", "", IsWhole: true), new(null, "same", "read_file", "", IsWhole: true)).Count);

    [Fact]
    public void Empty_pieces_and_calls_beyond_the_bound_are_passed_over()
    {
        Assert.Empty(Build(new ToolCallDelta(0, null, null, "")));
        Assert.Equal(CallAssembler.MaxCalls, Build([.. Enumerable.Range(0, 100).Select(i => new ToolCallDelta(i, $"{i}", "grep", "{}"))]).Count);
    }

    private static IReadOnlyList<RawToolCall> Build(params ToolCallDelta[] pieces)
    {
        var calls = new CallAssembler();
        foreach (var piece in pieces)
        {
            calls.Add(piece);
        }

        return calls.Build();
    }
}
