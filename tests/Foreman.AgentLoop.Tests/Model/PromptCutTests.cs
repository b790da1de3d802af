using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Model;

public sealed class PromptCutTests
{
    [Theory]
    [InlineData(1000, 5, 5000, 1200, 4096, false)]
    [InlineData(1000, 5, 5000, 995, 4096, false)]
    [InlineData(1000, 5, 5000, 700, 4096, true)]
    [InlineData(1000, 3, 5000, 700, 4096, false)]
    [InlineData(1000, 5, 2000, 700, 4096, false)]
    [InlineData(1000, 5, 5000, 0, 4096, false)]
    [InlineData(0, 5, 5000, 4096, 4096, true)]
    [InlineData(0, 5, 5000, 4096, null, false)]
    public void A_longer_conversation_with_fewer_tokens_or_no_room_for_an_answer_was_cut(long before, int messages, long bytes, long tokens, int? window, bool cut) =>
        Assert.Equal(cut, PromptCut.IsCut(new PromptCut(3, 3000, before), new PromptCut(messages, bytes, tokens), window));
}
