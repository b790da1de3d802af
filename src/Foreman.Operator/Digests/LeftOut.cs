using System.Globalization;

namespace Foreman.Operator.Digests;

/// <summary>Counts what of a transcript could not be read, for the people who read its digest.</summary>
internal sealed class LeftOut
{
    /// <summary>Segments that the order shows to be missing.</summary>
    public long Missing { get; set; }

    /// <summary>Segments that are damaged, or packed in a way that this release does not know.</summary>
    public int Unreadable { get; set; }

    /// <summary>Segments that the holder of the attempt did not write, or whose content is not what their name says.</summary>
    public int Foreign { get; set; }

    /// <summary>Segments with a place in the order that another one has.</summary>
    public int Repeated { get; set; }

    /// <summary>Segments that unpack to more than a runner puts into one; their beginning is used.</summary>
    public int Oversized { get; set; }

    /// <summary>Lines that are too long, or no JSON object.</summary>
    public int Lines { get; set; }

    /// <summary>Why the rest of the transcript was not read; null when all of it was.</summary>
    public string? Rest { get; set; }

    /// <summary>One sentence for each kind; empty when everything was read.</summary>
    public IReadOnlyList<string> Sentences()
    {
        (long Count, string What)[] counts =
        [
            (Missing, "missing"),
            (Unreadable, "damaged or in a form that this release does not know"),
            (Foreign, "not written by the holder of the attempt, or not what their name says"),
            (Repeated, "there twice"),
            (Oversized, "larger than a runner makes them; their beginning was read"),
        ];
        var sentences = counts.Where(c => c.Count > 0).Select(c => string.Create(CultureInfo.InvariantCulture, $"segments that are {c.What}: {c.Count}")).ToList();
        if (Lines > 0)
        {
            sentences.Add(string.Create(CultureInfo.InvariantCulture, $"lines that are too long or no record: {Lines}"));
        }

        if (Rest is not null)
        {
            sentences.Add(Rest);
        }

        return sentences;
    }
}
