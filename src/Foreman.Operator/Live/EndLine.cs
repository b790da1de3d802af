namespace Foreman.Operator.Live;

/// <summary>How a line looks on a terminal with colours.</summary>
internal enum LineLook
{
    /// <summary>As any text.</summary>
    Plain,

    /// <summary>Well done, or added.</summary>
    Good,

    /// <summary>Not done, or taken away.</summary>
    Bad,

    /// <summary>A part of a diff begins.</summary>
    Part,
}

/// <summary>A line of what is said at the end.</summary>
/// <param name="Text">Without control characters; <see cref="LineWriter"/> escapes what a terminal would obey.</param>
/// <param name="Look">Its look.</param>
internal readonly record struct EndLine(string Text, LineLook Look = LineLook.Plain);
