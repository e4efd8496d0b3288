namespace Versioning.Croissants;

/// <summary>Licences as Croissant wants them: as the address of one that is known, where it is.</summary>
internal static class Licenses
{
    // Those of data and models; their addresses tell upper case from lower case, and model hubs write them in lower case.
    private static readonly Dictionary<string, string> Known = Index(
        "0BSD", "AFL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "Artistic-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause-Clear", "BSL-1.0",
        "C-UDA-1.0", "CC-BY-1.0", "CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-NC-2.0", "CC-BY-NC-3.0", "CC-BY-NC-4.0",
        "CC-BY-NC-ND-3.0", "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-2.0", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0",
        "CC-BY-SA-2.0", "CC-BY-SA-2.5", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC-PDDC", "CC0-1.0", "CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "CDLA-Sharing-1.0",
        "ECL-2.0", "EPL-1.0", "EPL-2.0", "EUPL-1.1", "EUPL-1.2", "GFDL-1.3-only", "GFDL-1.3-or-later", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later",
        "ISC", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MPL-2.0", "MS-PL", "NCSA", "O-UDA-1.0", "ODbL-1.0", "ODC-By-1.0",
        "OFL-1.1", "OGL-UK-3.0", "OSL-3.0", "PDDL-1.0", "PostgreSQL", "Unlicense", "WTFPL", "Zlib");

    // What hubs call them otherwise.
    private static readonly Dictionary<string, string> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        ["pddl"] = "PDDL-1.0",
        ["odbl"] = "ODbL-1.0",
        ["odc-by"] = "ODC-By-1.0",
        ["c-uda"] = "C-UDA-1.0",
        ["o-uda"] = "O-UDA-1.0",
        ["cc0"] = "CC0-1.0",
    };

    /// <summary>The address of a licence, or null where only its name is known.</summary>
    internal static string? AddressOf(string license)
    {
        if (Uri.TryCreate(license, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0)
        {
            return license;
        }

        string? id = Others.GetValueOrDefault(license) ?? Known.GetValueOrDefault(license);
        return id is null ? null : $"https://spdx.org/licenses/{id}.html";
    }

    private static Dictionary<string, string> Index(params string[] ids) => ids.ToDictionary(id => id, StringComparer.OrdinalIgnoreCase);
}
