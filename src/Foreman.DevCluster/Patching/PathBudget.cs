using Foreman.DevCluster.Errors;

namespace Foreman.DevCluster.Patching;

/// <summary>
/// Bounds the texts of field paths, and the searches among them, of one request: each leaf's path holds all steps above it, so a few long keys above many
/// leaves would take gigabytes.
/// </summary>
internal sealed class PathBudget
{
    private const long MaxCharacters = 16 * 1024 * 1024;
    private long _characters;

    /// <summary>Counts a path, or a search as if it were one.</summary>
    /// <exception cref="ApiException">413 when there are too many.</exception>
    public void Charge(long characters)
    {
        _characters += characters;
        if (_characters > MaxCharacters)
        {
            throw ApiErrors.TooMuchWork("to tell which manager owns which field");
        }
    }
}
