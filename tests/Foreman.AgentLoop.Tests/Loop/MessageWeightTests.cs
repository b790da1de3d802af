using System.Collections.Immutable;
using System.Text;
using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Tests.Loop;

public sealed class MessageWeightTests
{
    [Fact]
    public void Texts_calls_and_images_count()
    {
        var text = MessageWeight.Of(ChatMessage.User("é plain"));
        var call = MessageWeight.Of(ChatMessage.Assistant("é plain", [new ToolCall("1", "grep", """{"pattern":"é"}""")]));
        var image = MessageWeight.Of(ChatMessage.User("é plain") with { Images = [new SentImage { Width = 280, Height = 280, Bytes = new byte[90_000] }] });

        Assert.Equal(16 + Encoding.UTF8.GetByteCount("é plain"), text.Size);
        Assert.Equal(TokenCost.Of("grep") + TokenCost.Of("""{"pattern":"é"}"""), call.Cost - text.Cost);
        Assert.Equal(4 + Encoding.UTF8.GetByteCount("""{"pattern":"é"}"""), call.Size - text.Size);
        Assert.Equal(256, image.Cost - text.Cost);
        Assert.Equal(256 * 3, image.Size - text.Size);
    }

    [Fact]
    public void A_message_that_is_replaced_weighs_what_the_new_one_does()
    {
        var item = new HistoryItem(ChatMessage.Tool("1", new string('x', 5000)), 1, "grep");
        var shorter = item with { Message = ChatMessage.Tool("1", "x") };

        Assert.Equal(MessageWeight.Of(shorter.Message), shorter.Weight);
        Assert.Equal(MessageWeight.Of(item.Message), item.Weight);
        Assert.Equal(shorter, new HistoryItem(ChatMessage.Tool("1", "x"), 1, "grep") { Message = shorter.Message });
    }

    [Fact]
    public void A_masked_result_weighs_less()
    {
        var history = ImmutableList.Create(new HistoryItem(ChatMessage.Tool("1", new string('x', 5000)), 1, "grep"));
        var (masked, _) = Compaction.Mask(history, 9, 1, 1)!.Value;

        Assert.True(masked[0].Masked);
        Assert.Equal(MessageWeight.Of(masked[0].Message), masked[0].Weight);
        Assert.InRange(PromptGauge.Size(masked, 0), 1, 500);
    }
}
