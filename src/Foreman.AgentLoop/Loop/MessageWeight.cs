using System.Text;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Loop;

/// <summary>What a message counts against the window, before a server has counted it. Pure.</summary>
/// <param name="Cost">Tokens that it has at most: see <see cref="TokenCost"/>.</param>
/// <param name="Size">UTF-8 bytes; an image weighs what its tokens do.</param>
internal readonly record struct MessageWeight(long Cost, long Size)
{
    /// <summary>A chat template puts some tokens around each message.</summary>
    private const int TokensPerMessage = 5;

    /// <summary>A chat template puts some bytes around each message.</summary>
    private const int BytesPerMessage = 16;

    /// <summary>The weight of a message.</summary>
    internal static MessageWeight Of(ChatMessage message)
    {
        var (cost, size) = (TokensPerMessage + (long)TokenCost.Of(message.Content), BytesPerMessage + (long)Encoding.UTF8.GetByteCount(message.Content));
        foreach (var call in message.Calls ?? [])
        {
            cost += (long)TokenCost.Of(call.Name) + TokenCost.Of(call.Arguments);
            size += (long)call.Name.Length + Encoding.UTF8.GetByteCount(call.Arguments);
        }

        return new MessageWeight(cost + message.Images.Sum(i => (long)ImageCost.TokensOf(i)), size + message.Images.Sum(ImageCost.WeightOf));
    }
}
