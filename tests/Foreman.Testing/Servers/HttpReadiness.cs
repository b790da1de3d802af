namespace Foreman.Testing;

/// <summary>Waits until an HTTP server answers.</summary>
internal static class HttpReadiness
{
    /// <summary>
    /// True when the path answers 200 before the process ends; false when the process ends first (a taken port, mostly).
    /// </summary>
    public static async Task<bool> WaitAsync(RealProcess process, Uri health, string what)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        await Eventually.TrueAsync(async () => process.HasExited || await AnswersAsync(http, health), what, TimeSpan.FromMinutes(1));
        return !process.HasExited;
    }

    private static async Task<bool> AnswersAsync(HttpClient http, Uri health)
    {
        try
        {
            using var answer = await http.GetAsync(health);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
