using Foreman.Api;
using Foreman.Operator.Try;

namespace Foreman.Operator.Tests.Try;

public class TurnReaderTests
{
    [Fact]
    public void Each_tool_call_is_shown_with_its_turn_and_whether_it_failed()
    {
        var turns = Read(
            """{"type":"start"}""",
            """{"type":"answer","toolCalls":[{"id":"c1","name":"read_file","arguments":"{\"path\":\"a.txt\"}"}]}""",
            """{"type":"result","callId":"c1","failed":true}""",
            """{"type":"answer","content":"let me think"}""",
            """{"type":"answer","toolCalls":[{"id":"c2","name":"submit_result","arguments":"{\"verdict\":\"GO\",\"summary\":\"done\"}"}]}""");

        Assert.Equal([new(1, "read_file a.txt", true), new(2, "said: let me think"), new(3, "submit_result GO done")], turns);
    }

    [Fact]
    public void Arguments_that_are_no_object_do_no_harm() => Assert.Equal(
        [new(1, "grep"), new(1, "grep {oops")],
        Read("""{"type":"answer","toolCalls":[{"id":"a","name":"grep","arguments":"[]"},{"id":"b","name":"grep","arguments":"{oops"}]}"""));

    private static IEnumerable<TryTurn> Read(params string[] lines) =>
        TurnReader.Read([new RunLog { Spec = new() { Codec = "jsonl", Data = string.Join('\n', lines) + "\n" } }]);
}
