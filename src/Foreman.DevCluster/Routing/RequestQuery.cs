using System.Globalization;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Writing;
using Microsoft.AspNetCore.Http;

namespace Foreman.DevCluster.Routing;

/// <summary>The query parameters of a request, typed.</summary>
internal sealed class RequestQuery(IQueryCollection query, string userAgent)
{
    public string? Text(string name) => query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;

    public bool Flag(string name) => Text(name) is "true" or "1" or "";

    public long? Number(string name)
    {
        var text = Text(name);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }

    /// <summary>The requested resourceVersion; an invalid one is a 500 for watches, as in kube-apiserver.</summary>
    public long? ResourceVersion(bool ofWatch = false)
    {
        var text = Text("resourceVersion");
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw InvalidVersion(text, ofWatch);
    }

    private static ApiException InvalidVersion(string text, bool ofWatch)
    {
        var fault = $"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax";
        return ofWatch ? new ApiException(500, "", fault) : ApiErrors.BadRequest("invalid resource version: " + fault);
    }

    public WriteOptions WriteOptions(string kind) => new()
    {
        DryRun = DryRun(kind),
        Force = Flag("force"),
        FieldManager = Text("fieldManager") is { Length: > 0 } manager ? manager : userAgent.Split('/', ' ')[0],
        Validation = Text("fieldValidation") switch
        {
            null or "" or "Warn" => FieldValidation.Warn,
            "Ignore" => FieldValidation.Ignore,
            "Strict" => FieldValidation.Strict,
            var other => throw ApiErrors.Invalid("meta.k8s.io", kind, "", [FieldError.NotSupported("fieldValidation", $"\"{other}\"", ["\"Ignore\"", "\"Strict\"", "\"Warn\""])]),
        },
    };

    public bool DryRun(string kind) => Text("dryRun") switch
    {
        null or "" => false,
        "All" => true,
        var other => throw ApiErrors.Invalid("meta.k8s.io", kind, "", [FieldError.NotSupported("dryRun", $"[\"{other}\"]", ["\"All\""])]),
    };
}
