"""Loads the demonstration: providers, solutions, cases, roster, articles, in their states."""

from __future__ import annotations

from datetime import date

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from wagtail.models import Workflow

from cases.blocks import CasePictureBlock
from cases.models import (
    BenchmarkDecision,
    CaseIndexPage,
    CaseIndicator,
    CasePage,
    CaseProvider,
    CaseSolution,
)
from catalog.models import (
    IntellectualProperty,
    ListingPage,
    Recognition,
    ReferenceCase,
    SolutionPage,
    Suspension,
    publish_revision,
)
from marketplace.demo import case_proofs, case_scores
from marketplace.demo.accounts import create_accounts
from marketplace.demo.applications import load_applications
from marketplace.demo.articles import load_article
from marketplace.demo.case_adoptions import load_adoptions
from marketplace.demo.content import (
    certificate,
    day,
    days_from_now,
    lines,
    money,
    picture,
    picture_block,
    read,
    rich,
    struct,
)
from marketplace.demo.editions import load_edition
from marketplace.demo.frame import link_legal_pages, set_up_frame
from marketplace.demo.notices import load_notices, put_on_ended_notice
from marketplace.roles import REVIEW
from providers.matching.models import Enterprise, PilotList
from providers.models import (
    ProviderIndexPage,
    ProviderPage,
    ProviderStanding,
    ProviderTeam,
    Qualification,
    Undertaking,
)
from providers.onboarding import create_team

LEAD_APPOINTED = date(2025, 11, 20)
UNDERTAKING_VERSION = "2025-11"
RECOGNISED = {1: date(2026, 4, 20), 2: date(2026, 10, 15)}
LIST_VERSION = "2025-08"
AT_SECOND_STEP = {"S13", "S17", "S19", "B04"}
IN_REVIEW = {"in_review", "pending_lead", "under_review", "in_public_notice"}


class Demonstration:
    """One loading run; remembers pages by the ids that the texts use (P04, S01, B01)."""

    def __init__(self) -> None:
        self.providers: dict[str, ProviderPage] = {}
        self.solutions: dict[str, SolutionPage] = {}
        self.cases: dict[str, CasePage] = {}
        self.teams: dict[str, ProviderTeam] = {}

    @transaction.atomic
    def load(self) -> None:
        set_up_frame()
        for row in read("providers"):
            self.load_provider(row)
        create_accounts(self.teams)
        for row in read("solutions"):
            self.load_solution(row)
        self.load_roster(read("enterprises"))
        for row in read("cases"):
            self.load_case(row)
        slugs = {row["slug"]: row["id"] for row in read("cases")}
        load_adoptions({slugs[case.slug]: case for case in CasePage.objects.filter(slug__in=slugs)})
        for row in read("editions"):
            load_edition(row)
        load_applications()
        for row in read("articles"):
            load_article(row)
        load_notices(self.solutions | self.cases)
        link_legal_pages()

    # -- providers ------------------------------------------------------------------------------

    def load_provider(self, row: dict) -> None:
        index = ProviderIndexPage.objects.get()
        page = ProviderPage.objects.child_of(index).filter(slug=row["slug"]).first()
        if page is None:
            page = self.new_provider(index, row)
        self.providers[row["id"]] = page
        self.teams[row["id"]] = create_team(page)

    def new_provider(self, index: ProviderIndexPage, row: dict) -> ProviderPage:
        plain = (
            "legal_name uscc org_type registered_capital_wan headcount rd_headcount "
            "local_team_size local_office_address response_hours website summary "
            "all_industries declared_case_count credit_statement public_phone contact_name "
            "contact_phone contact_email"
        ).split()
        page = ProviderPage(
            title=row["short_name"],
            slug=row["slug"],
            kind_id=row["kind"],
            registered_on=day(row["registered_on"]),
            search_description=row["summary"],
            introduction=[struct("paragraph", f"<p>{text}</p>") for text in row["introduction"]],
            strengths=[struct("strength", item) for item in row["strengths"]],
            live=False,
            is_demo=True,
            **{name: row[name] for name in plain},
        )
        index.add_child(instance=page)
        choose_terms(page, row, ("service_categories", "scenarios", "industries"))
        team = create_team(page)
        image = picture(
            f"{row['short_name']}办公场所示意图（演示）", "provider", row["slug"], team.collection
        )
        page.pictures = [picture_block(image, f"{row['short_name']}办公场所示意图，程序绘制")]
        self.record_standing(page, row)
        self.finish(page, row)
        if row["status"] == "suspended":
            Suspension.objects.create(
                page_id=page.pk, reason=row["suspension_reason"], until=days_from_now(30)
            )
        return page

    def record_standing(self, page: ProviderPage, row: dict) -> None:
        is_lead = row["tier"] == "lead"
        ProviderStanding.objects.create(
            provider=page,
            tier=row["tier"],
            appointed_on=LEAD_APPOINTED if is_lead else None,
            lead=None if is_lead else self.providers["P01"],
        )
        Undertaking.objects.create(
            provider=page,
            text_version=UNDERTAKING_VERSION,
            signed_by=row["contact_name"],
            signed_on=LEAD_APPOINTED,
        )
        for item in row["qualifications"]:
            ends = (
                days_from_now(item["valid_in_days"])
                if "valid_in_days" in item
                else day(item["valid_to"])
            )
            qualification = Qualification(
                provider=page,
                type_id=item["type"],
                level=item["level"],
                number=item["number"],
                issuer=item["issuer"],
                valid_from=day(item["valid_from"]),
                valid_to=ends,
                checked_on=LEAD_APPOINTED,
            )
            qualification.file.save("demo.txt", certificate(item["number"]), save=False)
            qualification.save()

    # -- solutions ------------------------------------------------------------------------------

    def load_solution(self, row: dict) -> None:
        provider = self.providers[row["provider"]]
        page = SolutionPage.objects.child_of(provider).filter(slug=row["slug"]).first()
        self.solutions[row["id"]] = page or self.new_solution(provider, row)

    def new_solution(self, provider: ProviderPage, row: dict) -> SolutionPage:
        plain = (
            "offering_type tagline problem all_industries technology price_on_request trial_days "
            "delivery_days data_ownership data_security mlps_level support "
            "support_response_hours local_service video_url"
        ).split()
        path = row["website_path"]
        page = SolutionPage(
            title=row["title"],
            slug=row["slug"],
            search_description=row["tagline"],
            gbt4754=" ".join(row["gbt4754"]),
            pricing_model_id=row["pricing_model"],
            level_from_id=row["level_from"],
            level_to_id=row["level_to"],
            price_min_wan=money(row["price_min_wan"]),
            price_max_wan=money(row["price_max_wan"]),
            renewal_wan_per_year=money(row["renewal_wan_per_year"]),
            product_url=provider.website + path if provider.website and path else "",
            price_includes=lines(row["price_includes"]),
            price_excludes=lines(row["price_excludes"]),
            interfaces=lines(row["interfaces"]),
            acceptance_criteria=lines(row["acceptance_criteria"]),
            functions=[struct("function", item) for item in row["functions"]],
            requirements=[struct("requirement", item) for item in row["requirements"]],
            delivery_steps=[struct("step", item) for item in row["delivery_steps"]],
            faq=[
                struct("question", {"question": item["q"], "answer": item["a"]})
                for item in row["faq"]
            ],
            live=False,
            is_demo=True,
            **{name: row[name] for name in plain},
        )
        page.intellectual_property = [
            IntellectualProperty(sort_order=order, **item)
            for order, item in enumerate(row["intellectual_property"])
        ]
        page.reference_cases = [
            ReferenceCase(
                sort_order=order,
                enterprise=item["enterprise"],
                period=item["period"],
                indicator_id=item["indicator"],
                before=money(item["before"]),
                after=money(item["after"]),
                is_public=item["is_public"],
            )
            for order, item in enumerate(row["reference_cases"])
        ]
        image = picture(
            f"{row['title']}示意图（演示）",
            row["scenarios"][0],
            row["slug"],
            self.teams[row["provider"]].collection,
        )
        page.pictures = [picture_block(image, f"{row['title']}示意图，程序绘制，非产品截图")]
        provider.refresh_from_db()
        provider.add_child(instance=page)
        choose_terms(
            page,
            row,
            (
                "pain_points",
                "scenarios",
                "industries",
                "company_sizes",
                "value_goals",
                "deployment_modes",
            ),
        )
        self.finish(page, row)
        if row["status"] == "published":
            Recognition.objects.create(
                solution=page, batch=row["batch"], recognised_on=RECOGNISED[row["batch"]]
            )
        return page

    # -- roster and cases -----------------------------------------------------------------------

    def load_roster(self, rows: list[dict]) -> None:
        pilot_list, _created = PilotList.objects.get_or_create(
            version=LIST_VERSION,
            defaults={"effective_on": date(2025, 8, 1), "note": "演示名单，企业均为虚构"},
        )
        known = set(Enterprise.objects.values_list("uscc", flat=True))
        for row in rows:
            if row["uscc"] in known:
                continue
            enterprise = Enterprise(
                name=row["name"],
                uscc=row["uscc"],
                pilot_list=pilot_list,
                batch=row["batch"],
                is_core=row["is_core"],
                is_newly_above_scale=row["is_newly_above_scale"],
                industry_id=row["chain"],
                gbt4754=row["gbt4754"],
                township=row["township"],
                headcount_band=row["headcount_band"],
                baseline_level_id=row["baseline_level"],
                baseline_on=day(row["baseline_on"]),
                current_level_id=row["current_level"],
                certificate_number=row["certificate_number"],
                certificate_on=day(row["certificate_on"]),
                completed_on=day(row["completed_on"]),
                accepted_on=day(row["accepted_on"]),
                provider=self.providers.get(row["provider"]),
                provider_text=row["provider_text"],
                is_demo=True,
            )
            if row["certificate_number"]:
                proof = certificate(row["certificate_number"])
                enterprise.certificate_file.save("demo.txt", proof, save=False)
            enterprise.save()

    def load_case(self, row: dict) -> None:
        index = CaseIndexPage.objects.get()
        page = CasePage.objects.child_of(index).filter(slug=row["slug"]).first()
        self.cases[row["id"]] = page or self.new_case(index, row)

    def new_case(self, index: CaseIndexPage, row: dict) -> CasePage:
        plain = (
            "summary main_products headcount_band revenue_band data_and_integration "
            "investment_note months payback_months"
        ).split()
        page = CasePage(
            title=row["title"],
            slug=row["slug"],
            search_description=row["summary"],
            enterprise=Enterprise.objects.get(uscc=row["uscc"]),
            enterprise_name=row["enterprise"],
            is_anonymous=row["anonymous"],
            gbt4754=" ".join(row["gbt4754"]),
            investment_wan=money(row["investment_wan"]),
            software_wan=money(row["software_wan"]),
            hardware_wan=money(row["hardware_wan"]),
            completed_on=day(row["completed_on"]),
            internal_acceptance_on=day(row["internal_acceptance_on"]),
            level_before_id=row["level_before"],
            level_after_id=row["level_after"],
            profile=rich(row["profile"]),
            needs=rich(row["needs"]),
            path_text=rich(row["path"]),
            results=rich(row["results"]),
            next_steps=rich(row["next_steps"]),
            preconditions=lines(row["replication"]["preconditions"]),
            entry_threshold=row["replication"]["threshold"],
            fits=row["replication"]["fits"],
            pitfalls=lines(row["replication"]["pitfalls"]),
            timeline=[struct("stage", item) for item in row["timeline"]],
            quotes=[struct("quote", item) for item in row["quotes"]],
            live=False,
            is_demo=True,
            **{name: row[name] for name in plain},
        )
        page.indicators = [
            CaseIndicator(
                sort_order=order,
                indicator_id=item["indicator"],
                before=money(item["before"]),
                after=money(item["after"]),
                period=item["period"],
                source=item["source"],
            )
            for order, item in enumerate(row["kpis"])
        ]
        page.used_solutions = [
            CaseSolution(sort_order=order, solution=self.solutions[code])
            for order, code in enumerate(row["solutions"])
        ]
        page.used_providers = [
            CaseProvider(sort_order=order, provider=self.providers[code])
            for order, code in enumerate(row["providers"])
        ]
        page.pictures = [
            picture_block(
                picture(
                    f"{item['title']}（演示·{row['id']}）", item["kind"], f"{row['slug']}-{order}"
                ),
                item["alt"],
                item["title"],
                people=CasePictureBlock.NOBODY,
                screens=CasePictureBlock.CLEARED
                if item["kind"] == "screen"
                else CasePictureBlock.NO_SCREEN,
            )
            for order, item in enumerate(row["pictures"])
        ]
        index.refresh_from_db()
        index.add_child(instance=page)
        choose_terms(page, row, ("industries", "pain_points", "modes"))
        case_proofs.add_proofs(page)
        case_proofs.nominate(page, row)
        self.finish(page, row)
        if row["status"] == "published":
            BenchmarkDecision.objects.create(case=page, decided_on=date(2026, 9, 28))
        return page

    # -- states ---------------------------------------------------------------------------------

    def finish(self, page: ListingPage, row: dict) -> None:
        """Bring a new page into the state that its row names."""
        page.full_clean()
        revision = page.save_revision(clean=False)
        if isinstance(page, CasePage) and row["status"] not in ("draft", "under_review"):
            case_proofs.permit(page)
        if isinstance(page, CasePage):
            case_scores.score(page, row["id"])
        if isinstance(page, CasePage) and row["status"] == "published":
            put_on_ended_notice(page, row["id"])
        if row["status"] in ("published", "suspended"):
            publish_revision(revision, by=None)
            page.refresh_from_db()
        elif row["status"] in IN_REVIEW:
            Workflow.objects.get(name=REVIEW).start(page, user=self.member_of(row))
            if row["id"] in AT_SECOND_STEP:
                lead = get_user_model().objects.get(username="lead")
                page.current_workflow_task_state.specific.approve(user=lead)

    def member_of(self, row: dict) -> AbstractBaseUser | None:
        """Who submits: the provider's member, where the demonstration has an account for one."""
        team = self.teams.get(row.get("provider", ""))
        return team.group.user_set.first() if team else None


def choose_terms(page: ListingPage, row: dict, names: tuple[str, ...]) -> None:
    """Give a saved page its vocabulary terms, by the codes in its row."""
    for name in names:
        terms = page._meta.get_field(name).related_model.objects.filter(code__in=row[name])
        getattr(page, name).set(terms)
    page.save()
