using System.Globalization;
using System.Text;
using Foreman.Primitives;

namespace Foreman.Git.Forges.Texts;

/// <summary>Texts of a forge within their limits, without what could steer a terminal or a reader.</summary>
internal static class BoundedTexts
{
    /// <summary>The text, or its beginning and a mark that says how much there is.</summary>
    /// <param name="text">As it came.</param>
    /// <param name="maxBytes">The most bytes of UTF-8 before the mark.</param>
    internal static string Cut(string text, int maxBytes)
    {
        var shown = Printable.Text(text.ReplaceLineEndings("\n"));
        var bytes = Encoding.UTF8.GetByteCount(shown);
        return bytes <= maxBytes ? shown : Mark(Printable.CutToBytes(shown, maxBytes), maxBytes, bytes.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A diff, of which no more than the bound may have been read.</summary>
    /// <param name="diff">Its bytes.</param>
    /// <param name="isCut">True when there are more.</param>
    /// <param name="maxBytes">The most bytes of UTF-8 before the mark.</param>
    internal static string CutDiff(byte[] diff, bool isCut, int maxBytes)
    {
        var shown = Printable.Text(Encoding.UTF8.GetString(diff));
        return !isCut && Encoding.UTF8.GetByteCount(shown) <= maxBytes ? shown : Mark(Printable.CutToBytes(shown, maxBytes), maxBytes, "more");
    }

    /// <summary>The newest comments that fit; the newest one is always there.</summary>
    /// <param name="all">All that were read, oldest first.</param>
    /// <param name="limits">The bounds.</param>
    internal static ForgeComments Newest(IReadOnlyList<ForgeComment> all, ForgeLimits limits)
    {
        var shown = new List<ForgeComment>();
        var bytes = 0;
        foreach (var comment in all.Reverse())
        {
            var cut = comment with { Body = Cut(comment.Body, limits.MaxCommentBytes), Author = Printable.Line(comment.Author, 100) };
            bytes += Encoding.UTF8.GetByteCount(cut.Body);
            if (bytes > limits.MaxCommentsBytes && shown.Count > 0)
            {
                break;
            }

            shown.Insert(0, cut);
        }

        return new ForgeComments(shown, all.Count - shown.Count);
    }

    /// <summary>Reviews with the newest texts that fit; what a review says is never left out.</summary>
    /// <param name="all">All that were read, oldest first.</param>
    /// <param name="isCut">True when there are more.</param>
    /// <param name="limits">The bounds.</param>
    internal static PullRequestReviews Newest(IReadOnlyList<PullRequestReview> all, bool isCut, ForgeLimits limits)
    {
        var shown = new List<PullRequestReview>();
        var left = limits.MaxReviewsBytes;
        string Taken(string text)
        {
            var cut = Cut(text, limits.MaxCommentBytes);
            left -= Encoding.UTF8.GetByteCount(cut);
            return cut;
        }

        foreach (var review in all.Reverse())
        {
            var body = left > 0 ? Taken(review.Body) : "";
            var lines = review.Lines.TakeWhile(_ => left > 0).Select(l => l with { Body = Taken(l.Body) }).ToList();
            isCut |= lines.Count < review.Lines.Count || (body.Length == 0 && review.Body.Length > 0);
            shown.Add(review with { Body = body, Lines = lines });
        }

        shown.Reverse();
        return new PullRequestReviews(shown, isCut);
    }

    private static string Mark(string shown, int maxBytes, string total) =>
        string.Create(CultureInfo.InvariantCulture, $"{shown}\n[cut here: the first {maxBytes} of {total} bytes]");
}
