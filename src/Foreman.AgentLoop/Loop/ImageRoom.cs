using System.Collections.Immutable;
using System.Globalization;
using Foreman.AgentLoop.Model;
using Foreman.Api;
using Foreman.Tools.Images;

namespace Foreman.AgentLoop.Loop;

/// <summary>
/// Which images of a tool's result the model is shown. When the conversation holds as many as it may, all results of earlier turns
/// that have some are masked in one step, so that the prompt's beginning changes rarely. Pure.
/// </summary>
internal static class ImageRoom
{
    /// <summary>Sorts the images of a result.</summary>
    /// <param name="rules">The rules of the run.</param>
    /// <param name="state">The run before the result.</param>
    /// <param name="images">Those of the result.</param>
    /// <param name="text">Its text, as it enters the conversation.</param>
    internal static FittedImages Fit(LoopRules rules, LoopState state, IReadOnlyList<ToolImage> images, string text)
    {
        if (images.Count == 0)
        {
            return FittedImages.None;
        }

        if (rules.Settings.Images is not { } limits)
        {
            return FittedImages.None with { Note = Note(images.Count, images.Count, "this Agent has no vision") };
        }

        if (state.IsBlind)
        {
            return FittedImages.None with { Note = Note(images.Count, images.Count, "the model server takes none") };
        }

        ImmutableArray<string> masked = [];
        var history = state.History;
        var taken = Taken(history);
        if (taken.Count + images.Count > limits.MaxImages || taken.Bytes + images.Sum(i => i.Base64Bytes) > ImageLimits.MaxTotalBase64Bytes)
        {
            masked = [.. history.Where(h => h is { Tool: not null, Message.Images.Count: > 0 } && h.Turn < state.Turn).Select(h => h.Message.CallId!)];
            history = Compaction.Mask(history, masked);
            taken = Taken(history);
        }

        // Old results are masked before new images are left out: the next request does so when the prompt leaves no room.
        var (textCost, room) = ((long)TokenCost.Of(text), (long)ResultRoom.Tokens(rules, state, history));
        if (textCost + images.Sum(i => (long)ImageCost.TokensOf(Sent(i))) > room)
        {
            room = ResultRoom.Tokens(rules, state, Compaction.Mask(history, state.Turn, 1, 1)?.History ?? history);
        }

        room -= textCost;
        var (shown, why) = (new List<SentImage>(), "");
        foreach (var image in images.Select(Sent))
        {
            why = taken.Count + shown.Count >= limits.MaxImages ? string.Create(CultureInfo.InvariantCulture, $"a request carries at most {limits.MaxImages} (spec.vision.maxImages)")
                : taken.Bytes + shown.Append(image).Sum(ImageCost.Base64BytesOf) > ImageLimits.MaxTotalBase64Bytes ? "a conversation carries no more bytes of images"
                : (room -= ImageCost.TokensOf(image)) < 0 ? "the context window has no room for them"
                : "";
            if (why.Length > 0)
            {
                break;
            }

            shown.Add(image);
        }

        return new FittedImages(shown, masked, shown.Count == images.Count ? "" : Note(images.Count - shown.Count, images.Count, why));
    }

    /// <summary>An image as it enters the conversation.</summary>
    internal static SentImage Sent(ToolImage image) => new() { Name = image.Name, MediaType = image.MediaType, Width = image.Width, Height = image.Height, Bytes = image.Content };

    private static (int Count, long Bytes) Taken(ImmutableList<HistoryItem> history) =>
        (history.Sum(h => h.Message.Images.Count), history.Sum(h => h.Message.Images.Sum(ImageCost.Base64BytesOf)));

    private static string Note(int hidden, int all, string why) =>
        string.Create(CultureInfo.InvariantCulture, $"\n[{hidden} of {all} images not shown: {why}]");
}

/// <summary>What becomes of the images of a result.</summary>
/// <param name="Shown">Those that the model is shown, the first ones.</param>
/// <param name="Masked">Calls whose results are masked before.</param>
/// <param name="Note">What is added to the result's text; empty when all are shown.</param>
internal sealed record FittedImages(IReadOnlyList<SentImage> Shown, ImmutableArray<string> Masked, string Note)
{
    internal static FittedImages None { get; } = new([], [], "");
}
